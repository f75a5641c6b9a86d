import { Link } from '@tanstack/react-router';
import type { ReactNode } from 'react';
import type { ModelDetails } from '../../api/types.ts';
import { formatBytes } from '../../format/bytes.ts';
import { formatAgo, formatTime } from '../../format/time.ts';
import { Panel } from '../../ui/page.tsx';
import { Table, Td, Th } from '../../ui/table.tsx';
import { modelName } from '../models/model-facts.ts';

/** Who used it, and who holds the same contents. */
export function UsageView({ model }: { readonly model: ModelDetails }): ReactNode {
  const { usedBy, sharedWith } = model;
  return (
    <div className="flex flex-col gap-5">
      <Panel title="Used by" isFlush={usedBy.length > 0}>
        {usedBy.length === 0 ? (
          <p className="text-muted">Nobody has used it yet.</p>
        ) : (
          <Table label="Used by">
            <thead>
              <tr>
                <Th>User</Th>
                <Th>Revision</Th>
                <Th>Last</Th>
              </tr>
            </thead>
            <tbody>
              {usedBy.map(({ user, revision, lastUsed }) => (
                <tr key={`${user} ${revision}`}>
                  <Td className="max-w-60 break-words">{user}</Td>
                  <Td className="max-w-60 break-words">{revision}</Td>
                  <Td className="whitespace-nowrap">
                    <span title={formatTime(lastUsed)}>{formatAgo(lastUsed)}</span>
                  </Td>
                </tr>
              ))}
            </tbody>
          </Table>
        )}
      </Panel>
      <Panel title="Shares contents with" isFlush={sharedWith.length > 0}>
        {sharedWith.length === 0 ? (
          <p className="text-muted">No other model has any of its files.</p>
        ) : (
          <Table label="Shares contents with">
            <thead>
              <tr>
                <Th>Model</Th>
                <Th className="text-right">In common</Th>
              </tr>
            </thead>
            <tbody>
              {sharedWith.map(({ key, sharedBytes }) => (
                <tr key={key}>
                  <Td>
                    <Link to="/models/$" params={{ _splat: key }} className="link break-all">
                      {modelName(key)}
                    </Link>
                  </Td>
                  <Td className="tabular text-right whitespace-nowrap">
                    {formatBytes(sharedBytes)}
                  </Td>
                </tr>
              ))}
            </tbody>
          </Table>
        )}
      </Panel>
    </div>
  );
}
