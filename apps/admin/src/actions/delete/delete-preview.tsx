import { Pin } from 'lucide-react';
import type { ReactNode } from 'react';
import type { DeletionPreview } from '../../api/types.ts';
import { formatBytes } from '../../format/bytes.ts';
import { formatCount } from '../../format/count.ts';
import { formatAgo } from '../../format/time.ts';
import { modelName } from '../../pages/models/model-facts.ts';
import { Notice } from '../../ui/notice.tsx';
import { ScrollArea } from '../../ui/scroll-area.tsx';

const SHOWN = 200;
const WEEK_MS = 7 * 86_400_000;

/** What a deletion would take away, and what would stay because others hold it too. */
export function DeletePreview({ preview }: { readonly preview: DeletionPreview }): ReactNode {
  const { models, missing, sizeInBytes, freedBytes } = preview;
  const pinned = models.filter((model) => model.pinned).length;
  const recent = models.filter(({ lastUsed }) => (lastUsed ?? 0) > Date.now() - WEEK_MS);
  return (
    <>
      <p>
        This frees <strong>{formatBytes(freedBytes)}</strong> of {formatBytes(sizeInBytes)}.
        {formatBytes(freedBytes) !== formatBytes(sizeInBytes) &&
          ' The rest is shared with models that stay.'}{' '}
        What is deleted can be pulled or imported again.
      </p>
      {pinned > 0 && (
        <Notice
          tone="warn"
          title={
            models.length === 1
              ? 'It is pinned'
              : `${formatCount(pinned, 'of them is', 'of them are')} pinned`
          }
        >
          Somebody wanted to keep what is pinned.
        </Notice>
      )}
      {recent.length > 0 && (
        <Notice tone="warn" title="In use">
          {models.length === 1
            ? `It was used ${formatAgo(recent[0]?.lastUsed ?? 0)}.`
            : `${formatCount(recent.length, 'of them was', 'of them were')} used in the last week.`}
        </Notice>
      )}
      {missing.length > 0 && (
        <Notice>{formatCount(missing.length, 'model is', 'models are')} not here any more.</Notice>
      )}
      {models.length > 1 && (
        <ScrollArea label="Models" className="max-h-52 overflow-auto rounded-lg border border-line">
          <ul className="divide-y divide-line text-sm">
            {models.slice(0, SHOWN).map((model) => (
              <li key={model.key} className="flex items-center gap-2 px-3 py-1.5">
                <span className="min-w-0 flex-1 break-all">{modelName(model.key)}</span>
                {model.pinned && (
                  <>
                    <Pin aria-hidden className="size-3.5 shrink-0 text-accent" />
                    <span className="sr-only">pinned</span>
                  </>
                )}
                <span className="tabular text-muted">{formatBytes(model.sizeInBytes)}</span>
              </li>
            ))}
            {models.length > SHOWN && (
              <li className="px-3 py-1.5 text-muted">and {models.length - SHOWN} more</li>
            )}
          </ul>
        </ScrollArea>
      )}
    </>
  );
}
