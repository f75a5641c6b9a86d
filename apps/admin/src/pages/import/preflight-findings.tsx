import { Check } from 'lucide-react';
import type { ReactNode } from 'react';
import { FileList } from '../../actions/file-list.tsx';
import type { ImportPreflight } from '../../api/types.ts';
import { formatBytes } from '../../format/bytes.ts';
import { formatCount } from '../../format/count.ts';
import { Badge } from '../../ui/badge.tsx';
import { Facts } from '../../ui/facts.tsx';
import { Notice } from '../../ui/notice.tsx';

/** What an import would do. Nothing was stored for it. */
export function PreflightFindings({ found }: { readonly found: ImportPreflight }): ReactNode {
  const { importable, problem, model, replaces, warnings, freeBytes } = found;
  return (
    <>
      {!importable && (
        <Notice tone="danger" title="It cannot be imported" isNews>
          <p className="whitespace-pre-line">{problem?.message}</p>
        </Notice>
      )}
      {model !== null && (
        <>
          {replaces !== null && (
            <Notice tone="warn" title="It takes the place of what is here">
              Now commit {replaces.commit.slice(0, 12)}, then {model.commit.slice(0, 12)}.
            </Notice>
          )}
          {model.addedBytes === 0 && (
            <Notice tone="ok" title="All of its contents are here already" />
          )}
          <Facts
            facts={[
              [
                'Model',
                <span key="id" className="font-medium break-all">
                  {model.modelId}
                </span>,
              ],
              ['Revision', model.revision],
              [
                model.derived ? 'Derived id' : 'Commit',
                <code key="c" className="font-mono text-sm">
                  {model.commit.slice(0, 12)}
                </code>,
              ],
              [
                'From',
                <span key="url" className="break-all">
                  {model.url}
                </span>,
              ],
              ['Licence', model.license ?? 'not told'],
              [
                'Files',
                `${formatCount(model.fileCount, 'file')}, ${formatBytes(model.sizeInBytes)}`,
              ],
              [
                'Would be added',
                `${formatCount(model.addedFiles, 'file')}, ${formatBytes(model.addedBytes)}`,
              ],
              ...(freeBytes === null
                ? []
                : [['Free on the disk', formatBytes(freeBytes)] as const]),
            ]}
          />
          <FileList
            total={model.fileCount}
            files={model.files.map(({ path, size, present }) => ({
              path,
              size,
              note: present ? (
                <Badge tone="ok" icon={<Check aria-hidden className="size-3" />}>
                  here
                </Badge>
              ) : null,
            }))}
          />
        </>
      )}
      {warnings.length > 0 && (
        <Notice tone="warn" title="To know">
          <ul className="list-disc pl-5">
            {warnings.map((warning) => (
              <li key={warning} className="break-words">
                {warning}
              </li>
            ))}
          </ul>
        </Notice>
      )}
    </>
  );
}
