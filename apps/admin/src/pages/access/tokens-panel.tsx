import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { KeyRound, Trash2 } from 'lucide-react';
import { type ReactNode, useState } from 'react';
import { api, client } from '../../api/client.ts';
import { useUser } from '../../api/session.ts';
import type { Token } from '../../api/types.ts';
import { formatAgo, formatDate, formatTime } from '../../format/time.ts';
import { Badge } from '../../ui/badge.tsx';
import { Button } from '../../ui/button.tsx';
import { ConfirmDialog } from '../../ui/confirm-dialog.tsx';
import { Panel } from '../../ui/page.tsx';
import { EmptyState, Waiting } from '../../ui/states.tsx';
import { Table, Td, Th } from '../../ui/table.tsx';
import { IssueTokenDialog } from './issue-token-dialog.tsx';

const HOUR_MS = 3_600_000;
const SOON_MS = 14 * 24 * HOUR_MS;

/** Tokens: all of them for an administrator, the own ones for all others. */
export function TokensPanel(): ReactNode {
  const { isAdmin } = useUser();
  const [isIssuing, setIssuing] = useState(false);
  const [revoked, setRevoked] = useState<Token | null>(null);
  const query = useQuery(api.queryOptions('get', '/tokens', {}));
  const { data } = query;
  const tokens = data?.tokens ?? [];
  return (
    <Panel
      title="Tokens"
      isFlush
      actions={
        <Button icon={<KeyRound aria-hidden className="size-4" />} onPress={() => setIssuing(true)}>
          New token for yourself
        </Button>
      }
    >
      <Waiting query={query} />
      {data !== undefined && tokens.length === 0 && (
        <EmptyState icon={<KeyRound aria-hidden />} title="No tokens" />
      )}
      {tokens.length > 0 && (
        <Table label="Tokens">
          <thead>
            <tr>
              {isAdmin && <Th>User</Th>}
              <Th>For</Th>
              <Th className="hidden sm:table-cell">Made</Th>
              <Th className="hidden sm:table-cell">Used</Th>
              <Th>Ends</Th>
              <Th>
                <span className="sr-only">Actions</span>
              </Th>
            </tr>
          </thead>
          <tbody>
            {tokens.map((token) => (
              <tr key={token.id}>
                {isAdmin && <Td className="max-w-48 break-words">{token.user}</Td>}
                <Td className="break-words">
                  {token.label ?? <span className="text-muted">no label</span>}
                  <code className="block font-mono text-xs text-muted">{token.id.slice(0, 8)}</code>
                </Td>
                <Td className="hidden whitespace-nowrap sm:table-cell">
                  {formatDate(token.createdAt)}
                </Td>
                <Td className="hidden whitespace-nowrap sm:table-cell">
                  <Used time={token.lastUsed} />
                </Td>
                <Td>
                  <Ends time={token.expiresAt} />
                </Td>
                <Td className="text-right">
                  <Button
                    look="quiet"
                    aria-label={`Revoke the token ${token.label ?? token.id.slice(0, 8)} of ${token.user}`}
                    icon={<Trash2 aria-hidden className="size-4" />}
                    onPress={() => setRevoked(token)}
                  />
                </Td>
              </tr>
            ))}
          </tbody>
        </Table>
      )}
      {isIssuing && <IssueTokenDialog onClose={() => setIssuing(false)} />}
      {revoked !== null && <RevokeDialog token={revoked} onClose={() => setRevoked(null)} />}
    </Panel>
  );
}

/** Noted once an hour: more exact than that it is not. */
function Used({ time }: { readonly time: number | null }): ReactNode {
  if (time === null) return <span className="text-muted">never</span>;
  const isNow = time > Date.now() - HOUR_MS;
  return <span>{isNow ? 'in the last hour' : formatAgo(time)}</span>;
}

function Ends({ time }: { readonly time: number | null }): ReactNode {
  if (time === null) return <span className="text-muted">never</span>;
  const left = time - Date.now();
  return (
    <span title={formatTime(time)}>
      {left <= 0 ? (
        <Badge tone="danger">expired</Badge>
      ) : left < SOON_MS ? (
        <Badge tone="warn">{formatAgo(time)}</Badge>
      ) : (
        formatAgo(time)
      )}
    </span>
  );
}

function RevokeDialog({
  token,
  onClose,
}: {
  readonly token: Token;
  readonly onClose: () => void;
}): ReactNode {
  const cache = useQueryClient();
  const revoke = useMutation({
    mutationFn: () => client.DELETE('/tokens/{id}', { params: { path: { id: token.id } } }),
    onSuccess: onClose,
    onSettled: () => cache.invalidateQueries({ queryKey: ['get', '/tokens'] }),
  });
  return (
    <ConfirmDialog title="Revoke this token?" verb="Revoke" action={revoke} onClose={onClose}>
      <p className="break-words">
        Programs that use the token {token.label ?? token.id.slice(0, 8)} of {token.user} are
        refused within a second.
      </p>
    </ConfirmDialog>
  );
}
