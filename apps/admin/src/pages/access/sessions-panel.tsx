import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { LogOut } from 'lucide-react';
import type { ReactNode } from 'react';
import { api, client } from '../../api/client.ts';
import { useUser } from '../../api/session.ts';
import { formatAgo } from '../../format/time.ts';
import { Badge } from '../../ui/badge.tsx';
import { Button } from '../../ui/button.tsx';
import { Panel } from '../../ui/page.tsx';
import { ErrorState } from '../../ui/states.tsx';
import { Table, Td, Th } from '../../ui/table.tsx';
import { browserName } from './browser-name.ts';

/** Browsers that are signed in. */
export function SessionsPanel(): ReactNode {
  const cache = useQueryClient();
  const { isAdmin } = useUser();
  const { data, error, refetch } = useQuery(api.queryOptions('get', '/sessions', {}));
  const end = useMutation({
    mutationFn: (id: string) => client.DELETE('/sessions/{id}', { params: { path: { id } } }),
    onSettled: () => cache.invalidateQueries({ queryKey: ['get', '/sessions'] }),
  });
  const sessions = data?.sessions ?? [];
  if (error !== null) return <ErrorState error={error} onRetry={() => void refetch()} />;
  if (sessions.length === 0) return null;
  return (
    <Panel title="Signed-in browsers" isFlush>
      <Table label="Signed-in browsers">
        <thead>
          <tr>
            {isAdmin && <Th>User</Th>}
            <Th>Browser</Th>
            <Th className="hidden sm:table-cell">Address</Th>
            <Th>Last seen</Th>
            <Th>
              <span className="sr-only">Actions</span>
            </Th>
          </tr>
        </thead>
        <tbody>
          {sessions.map(({ id, user, agent, address, lastUsed, current }) => (
            <tr key={id}>
              {isAdmin && <Td className="max-w-48 break-words">{user}</Td>}
              <Td>
                {browserName(agent)} {current && <Badge tone="accent">this one</Badge>}
              </Td>
              <Td className="hidden font-mono text-sm sm:table-cell">{address}</Td>
              <Td className="whitespace-nowrap">{formatAgo(lastUsed)}</Td>
              <Td className="text-right">
                {!current && (
                  <Button
                    look="quiet"
                    aria-label={`Sign ${user} out of ${browserName(agent)}`}
                    icon={<LogOut aria-hidden className="size-4" />}
                    onPress={() => end.mutate(id)}
                  />
                )}
              </Td>
            </tr>
          ))}
        </tbody>
      </Table>
    </Panel>
  );
}
