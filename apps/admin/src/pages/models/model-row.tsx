import { Link } from '@tanstack/react-router';
import { Pin } from 'lucide-react';
import { memo, type ReactNode } from 'react';
import type { Model } from '../../api/types.ts';
import { formatBytes } from '../../format/bytes.ts';
import { formatAgo, formatTime } from '../../format/time.ts';
import { Badge } from '../../ui/badge.tsx';
import { Checkbox } from '../../ui/checkbox.tsx';
import { modelFacts, modelName } from './model-facts.ts';
import { ModelMenu } from './model-menu.tsx';

interface ModelRowProps {
  readonly model: Model;
  readonly index: number;
  readonly isTicked: boolean;
  readonly onTick: (isTicked: boolean) => void;
}

export const ModelRow = memo(
  Row,
  (a, b) => a.model === b.model && a.index === b.index && a.isTicked === b.isTicked,
);

function Row({ model, index, isTicked, onTick }: ModelRowProps): ReactNode {
  const { library, task } = modelFacts(model);
  const name = modelName(model.key);
  return (
    <tr
      aria-rowindex={index + 2}
      className={`h-16 border-b border-line last:border-0 ${isTicked ? 'bg-accent-soft' : 'hover:bg-sunken/60'}`}
    >
      <td className="pl-4">
        <Checkbox aria-label={`Select ${name}`} isSelected={isTicked} onChange={onTick} />
      </td>
      <td className="px-3">
        <div className="flex min-w-0 items-center gap-2">
          <Link
            to="/models/$"
            params={{ _splat: model.key }}
            title={name}
            className="truncate font-medium text-ink no-underline hover:underline"
          >
            {model.modelId}
          </Link>
          {model.key !== `hf@${model.modelId}` && <Badge>{model.revision}</Badge>}
          {model.pinned && (
            <Badge tone="accent" icon={<Pin aria-hidden className="size-3" />}>
              pinned
            </Badge>
          )}
          {!model.complete && <Badge tone="warn">partial</Badge>}
        </div>
        <p className="truncate text-sm text-muted xl:hidden">
          <span className="sm:hidden">{formatBytes(model.sizeInBytes)} · </span>
          {[library, task].filter(Boolean).join(' · ') || '\u00a0'}
          <span className="md:hidden">
            {library !== undefined || task !== undefined ? ' · ' : ''}
            {usedText(model)}
          </span>
        </p>
      </td>
      <td className="hidden px-3 xl:table-cell">
        <p className="truncate">{library ?? '–'}</p>
        <p className="truncate text-sm text-muted">{task ?? ''}</p>
      </td>
      <td className="tabular hidden px-3 text-right whitespace-nowrap sm:table-cell">
        {formatBytes(model.sizeInBytes)}
      </td>
      <td className="hidden px-3 md:table-cell">
        <p
          className="truncate"
          title={model.lastUsed === null ? undefined : formatTime(model.lastUsed)}
        >
          {model.lastUsed === null ? 'never' : formatAgo(model.lastUsed)}
        </p>
        <p className="truncate text-sm text-muted">{model.lastUsedBy ?? ''}</p>
      </td>
      <td className="hidden px-3 lg:table-cell">
        <p className="truncate" title={formatTime(model.downloadDate)}>
          {formatAgo(model.downloadDate)}
        </p>
        <p className="truncate text-sm text-muted">{model.connection ?? 'imported'}</p>
      </td>
      <td className="pr-2 text-right">
        <ModelMenu model={model} />
      </td>
    </tr>
  );
}

function usedText({ lastUsed }: Model): string {
  return lastUsed === null ? 'never used' : `used ${formatAgo(lastUsed)}`;
}

/** A row that is on its way. */
export function SkeletonRow({ index }: { readonly index: number }): ReactNode {
  return (
    <tr aria-rowindex={index + 2} className="h-16 border-b border-line last:border-0">
      <td />
      <td className="px-3">
        <span className="sr-only">Loading…</span>
        <span aria-hidden className="block h-4 w-2/3 animate-pulse rounded bg-sunken" />
      </td>
    </tr>
  );
}
