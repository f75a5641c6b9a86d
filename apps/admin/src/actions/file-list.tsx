import type { ReactNode } from 'react';
import { formatBytes } from '../format/bytes.ts';
import { formatNumber } from '../format/count.ts';
import { ScrollArea } from '../ui/scroll-area.tsx';

interface ListedFile {
  readonly path: string;
  readonly size: number;
  readonly note?: ReactNode;
}

/** Files of a model that is not here yet. `total`: how many there are, where not all are listed. */
export function FileList({
  files,
  total,
}: {
  readonly files: readonly ListedFile[];
  readonly total: number;
}): ReactNode {
  return (
    <ScrollArea label="Files" className="max-h-64 overflow-auto rounded-lg border border-line">
      <ul className="divide-y divide-line">
        {files.map(({ path, size, note }) => (
          <li key={path} className="flex items-center gap-3 px-3 py-1.5 text-sm">
            <span className="min-w-0 flex-1 font-mono break-all">{path}</span>
            {note}
            <span className="tabular whitespace-nowrap text-muted">{formatBytes(size)}</span>
          </li>
        ))}
        {total > files.length && (
          <li className="px-3 py-1.5 text-sm text-muted">
            and {formatNumber(total - files.length)} more
          </li>
        )}
      </ul>
    </ScrollArea>
  );
}
