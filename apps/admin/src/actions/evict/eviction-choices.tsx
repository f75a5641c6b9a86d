import type { ReactNode } from 'react';
import type { EvictionChoice, EvictionResult } from '../../api/types.ts';
import { formatBytes } from '../../format/bytes.ts';
import { formatCount } from '../../format/count.ts';
import { modelName } from '../../pages/models/model-facts.ts';
import { Notice } from '../../ui/notice.tsx';
import { ScrollArea } from '../../ui/scroll-area.tsx';

const SHOWN = 200;

/** What goes, what stays, and why. */
export function EvictionChoices({ result }: { readonly result: EvictionResult }): ReactNode {
  const { dryRun, choices, keptCount, usedBytes, targetBytes, freedBytes, unreferencedBytes } =
    result;
  const goes = choices.filter(({ evicted }) => evicted);
  const stays = choices.filter(({ evicted, reason }) => !evicted && reason !== 'enough');
  const over = usedBytes - freedBytes - targetBytes;
  const others = keptCount - stays.length;
  return (
    <>
      {usedBytes <= targetBytes && (
        <Notice>
          There is less than that already: {formatBytes(usedBytes)}. Nothing has to go.
        </Notice>
      )}
      {over > 0 && (
        <Notice tone="warn" title={`${formatBytes(over)} more than wanted`}>
          All that may go does not suffice: the rest has to stay.
        </Notice>
      )}
      {unreferencedBytes > 0 && (
        <p>{formatBytes(unreferencedBytes)} that no model uses any more go first.</p>
      )}
      <Choices
        label={dryRun ? 'What would go' : 'What went'}
        choices={goes}
        amount={({ freedBytes: freed }) => `frees ${formatBytes(freed)}`}
      />
      <Choices
        label="What stays"
        choices={stays}
        amount={({ sizeInBytes }) => formatBytes(sizeInBytes)}
      />
      {others > 0 && (
        <p className="text-sm text-muted">
          {formatCount(others, stays.length > 0 ? 'other model' : 'model')} used later: enough is
          freed without.
        </p>
      )}
    </>
  );
}

function Choices({
  label,
  choices,
  amount,
}: {
  readonly label: string;
  readonly choices: readonly EvictionChoice[];
  readonly amount: (choice: EvictionChoice) => string;
}): ReactNode {
  if (choices.length === 0) return null;
  return (
    <section aria-label={label}>
      <h3 className="mb-1 text-sm font-medium">
        {label} <span className="text-muted">({choices.length})</span>
      </h3>
      <ScrollArea label={label} className="max-h-56 overflow-auto rounded-lg border border-line">
        <ul className="divide-y divide-line text-sm">
          {choices.slice(0, SHOWN).map((choice) => (
            <li key={choice.key} className="px-3 py-1.5">
              <div className="flex items-baseline gap-3">
                <span className="min-w-0 flex-1 break-all">{modelName(choice.key)}</span>
                <span className="tabular whitespace-nowrap text-muted">{amount(choice)}</span>
              </div>
              <p className="break-words text-muted">{choice.why}</p>
            </li>
          ))}
          {choices.length > SHOWN && (
            <li className="px-3 py-1.5 text-muted">and {choices.length - SHOWN} more</li>
          )}
        </ul>
      </ScrollArea>
    </section>
  );
}
