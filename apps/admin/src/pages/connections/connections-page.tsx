import { useQuery } from '@tanstack/react-query';
import { Plug } from 'lucide-react';
import type { ReactNode } from 'react';
import { api } from '../../api/client.ts';
import { useUser } from '../../api/session.ts';
import { Page, Panel } from '../../ui/page.tsx';
import { EmptyState, ErrorState, Skeleton } from '../../ui/states.tsx';
import { ConnectionPanel } from './connection-panel.tsx';

/** Where models come from. */
export function ConnectionsPage(): ReactNode {
  const { isAdmin } = useUser();
  const { data, error, refetch } = useQuery(api.queryOptions('get', '/connections', {}));
  const connections = data?.connections ?? [];
  return (
    <Page
      title="Connections"
      intro="Where models come from, in the order in which they are asked. They are set in the server's configuration."
    >
      {error !== null && <ErrorState error={error} onRetry={() => void refetch()} />}
      {data === undefined && error === null && <Skeleton />}
      {data !== undefined && connections.length === 0 && (
        <Panel>
          <EmptyState icon={<Plug aria-hidden />} title="No connections">
            The server fetches nothing: models come in by import only.
          </EmptyState>
        </Panel>
      )}
      {connections.map((connection) => (
        <ConnectionPanel key={connection.name} connection={connection} mayTest={isAdmin} />
      ))}
    </Page>
  );
}
