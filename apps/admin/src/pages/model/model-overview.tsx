import type { ReactNode } from 'react';
import type { ModelDetails } from '../../api/types.ts';
import { formatBytes } from '../../format/bytes.ts';
import { formatAgo, formatTime } from '../../format/time.ts';
import { Badge } from '../../ui/badge.tsx';
import { CopyButton } from '../../ui/copy-button.tsx';
import { Facts } from '../../ui/facts.tsx';
import { Panel } from '../../ui/page.tsx';
import { modelFacts, modelName } from '../models/model-facts.ts';
import { safeHref } from './safe-href.ts';

const MOST_TAGS = 40;

/** Where it came from, and what it costs. */
export function ModelOverview({ model }: { readonly model: ModelDetails }): ReactNode {
  const { exclusiveBytes, sizeInBytes } = model;
  return (
    <div className="flex flex-col gap-5">
      <Panel title="On the disk">
        <p>
          Deleting frees <strong>{formatBytes(exclusiveBytes)}</strong> of{' '}
          {formatBytes(sizeInBytes)}.
        </p>
        {formatBytes(exclusiveBytes) !== formatBytes(sizeInBytes) && (
          <p className="mt-1 text-sm text-muted">The rest is shared with the models under Usage.</p>
        )}
      </Panel>
      <Panel title="Origin">
        <Origin model={model} />
      </Panel>
      <Panel title="Commits here">
        <ul className="flex flex-col gap-2.5">
          {model.commits.map(({ commit, createdAt, keys }) => (
            <li key={commit}>
              <div className="flex flex-wrap items-center gap-1.5">
                <code className="font-mono text-sm">{commit.slice(0, 12)}</code>
                {keys.map((key) => (
                  <Badge key={key}>{revisionOf(key, model)}</Badge>
                ))}
              </div>
              <p className="text-sm text-muted" title={formatTime(createdAt)}>
                since {formatAgo(createdAt)}
              </p>
            </li>
          ))}
        </ul>
      </Panel>
    </div>
  );
}

function Origin({ model }: { readonly model: ModelDetails }): ReactNode {
  const { url, languages, tags, lastModified } = modelFacts(model);
  const href = safeHref(url);
  const modified = lastModified === undefined ? Number.NaN : Date.parse(lastModified);
  return (
    <>
      <Facts
        facts={[
          ['Through', model.connection ?? 'an import'],
          [
            'From',
            href === undefined ? (
              (url ?? 'not told')
            ) : (
              <a key="url" href={href} target="_blank" rel="noreferrer" className="link break-all">
                {url}
              </a>
            ),
          ],
          ['Brought by', `${model.downloadedBy}, ${formatTime(model.downloadDate)}`],
          ...(Number.isNaN(modified) ? [] : [['Changed there', formatTime(modified)] as const]),
          [
            model.derived ? 'Derived id' : 'Commit',
            <span key="commit" className="-my-2 flex items-center">
              <code title={model.commitHash} className="min-w-0 flex-1 truncate font-mono text-sm">
                {model.commitHash}
              </code>
              <CopyButton text={model.commitHash} what="commit" />
            </span>,
          ],
          [
            'Folder',
            <span key="path" className="-my-2 flex items-center">
              <code title={model.path} className="min-w-0 flex-1 truncate font-mono text-sm">
                {model.path}
              </code>
              <CopyButton text={model.path} what="folder" />
            </span>,
          ],
          ...(languages.length === 0
            ? []
            : [['Languages', languages.slice(0, 30).join(', ')] as const]),
        ]}
      />
      {tags.length > 0 && (
        <ul aria-label="Tags" className="mt-3 flex flex-wrap gap-1.5">
          {tags.slice(0, MOST_TAGS).map((tag) => (
            <li key={tag} className="min-w-0">
              <Badge>{tag}</Badge>
            </li>
          ))}
          {tags.length > MOST_TAGS && (
            <li className="text-sm text-muted">+{tags.length - MOST_TAGS}</li>
          )}
        </ul>
      )}
    </>
  );
}

function revisionOf(key: string, { modelId }: ModelDetails): string {
  const name = modelName(key);
  return name === modelId ? 'main' : name.slice(modelId.length + 1);
}
