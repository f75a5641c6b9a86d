import { Check } from 'lucide-react';
import type { ReactNode } from 'react';
import type { PullPreview } from '../../api/types.ts';
import { formatBytes } from '../../format/bytes.ts';
import { formatCount } from '../../format/count.ts';
import { Badge } from '../../ui/badge.tsx';
import { Facts } from '../../ui/facts.tsx';
import { Notice } from '../../ui/notice.tsx';
import { FileList } from '../file-list.tsx';

/** What a pull would do. */
export function PullFindings({ found }: { readonly found: PullPreview }): ReactNode {
  const { cached, fits, freeBytes, neededBytes, totalBytes, fileCount, omittedCount } = found;
  return (
    <section aria-label="What would come" className="flex flex-col gap-3" role="status">
      {!fits && (
        <Notice tone="danger" title="It does not fit">
          {formatBytes(neededBytes)} are to come, and {formatBytes(freeBytes ?? 0)} are free.
        </Notice>
      )}
      {found.gated && (
        <Notice tone="warn" title="This model is gated">
          It comes only if the connection's token was let in by its owners, and it is given only to
          users who may read it.
        </Notice>
      )}
      {cached !== null && (
        <Notice
          tone="ok"
          title={cached.sameCommit ? 'It is here already' : 'An older commit is here'}
        >
          {cached.sameCommit
            ? cached.complete
              ? 'Nothing is left to fetch.'
              : 'Some of its files were left out; those that you ask for come now.'
            : 'The new commit takes its place; what they share is not fetched again.'}
        </Notice>
      )}
      <Facts
        facts={[
          [
            'Model',
            <span key="id" className="font-mono text-sm break-all">
              {found.modelId}
            </span>,
          ],
          [
            'Commit',
            <code key="commit" className="font-mono text-sm">
              {found.commit.slice(0, 12)}
            </code>,
          ],
          ['Connection', found.connection],
          ['Licence', found.license ?? 'not told'],
          [
            'Files',
            `${formatCount(fileCount, 'file')}, ${formatBytes(totalBytes)}${omittedCount > 0 ? ` (${formatCount(omittedCount, 'file')} left out)` : ''}`,
          ],
          ['To fetch', neededBytes === 0 ? 'nothing: all is here' : formatBytes(neededBytes)],
          ...(freeBytes === null ? [] : [['Free on the disk', formatBytes(freeBytes)] as const]),
        ]}
      />
      <FileList
        total={fileCount}
        files={found.files.map(({ path, size, present }) => ({
          path,
          size,
          note: present ? (
            <Badge tone="ok" icon={<Check aria-hidden className="size-3" />}>
              here
            </Badge>
          ) : null,
        }))}
      />
    </section>
  );
}
