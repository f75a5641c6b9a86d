import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { KeyRound, Trash2, UserPlus } from 'lucide-react';
import { type ReactNode, useState } from 'react';
import { describeError } from '../../api/api-error.ts';
import { api, client } from '../../api/client.ts';
import { useUser } from '../../api/session.ts';
import type { User } from '../../api/types.ts';
import { formatDate } from '../../format/time.ts';
import { Button } from '../../ui/button.tsx';
import { Panel } from '../../ui/page.tsx';
import { Select } from '../../ui/select.tsx';
import { Waiting } from '../../ui/states.tsx';
import { Table, Td, Th } from '../../ui/table.tsx';
import { tell } from '../../ui/toasts.tsx';
import { AddUserDialog } from './add-user-dialog.tsx';
import { IssueTokenDialog } from './issue-token-dialog.tsx';
import { RemoveUserDialog } from './remove-user-dialog.tsx';

const ROLES = [
  { id: 'admin', name: 'Administrator' },
  { id: 'user', name: 'User' },
] as const;

type Asked =
  | { readonly kind: 'add' }
  | { readonly kind: 'token' | 'remove'; readonly name: string };

/** Everybody who has an account. */
export function UsersPanel(): ReactNode {
  const [asked, setAsked] = useState<Asked | null>(null);
  const query = useQuery(api.queryOptions('get', '/users', {}));
  const { data } = query;
  const close = (): void => setAsked(null);
  return (
    <Panel
      title="Users"
      isFlush
      actions={
        <Button
          icon={<UserPlus aria-hidden className="size-4" />}
          onPress={() => setAsked({ kind: 'add' })}
        >
          Add a user
        </Button>
      }
    >
      <Waiting query={query} />
      {data !== undefined && (
        <Table label="Users">
          <thead>
            <tr>
              <Th>Name</Th>
              <Th>Role</Th>
              <Th className="hidden sm:table-cell">Added</Th>
              <Th>
                <span className="sr-only">Actions</span>
              </Th>
            </tr>
          </thead>
          <tbody>
            {data.users.map((user) => (
              <UserRow key={user.name} user={user} onAsk={setAsked} />
            ))}
          </tbody>
        </Table>
      )}
      {asked?.kind === 'add' && <AddUserDialog onClose={close} />}
      {asked?.kind === 'token' && <IssueTokenDialog user={asked.name} onClose={close} />}
      {asked?.kind === 'remove' && <RemoveUserDialog name={asked.name} onClose={close} />}
    </Panel>
  );
}

function UserRow({
  user: { name, role, createdAt, createdBy },
  onAsk,
}: {
  readonly user: User;
  readonly onAsk: (asked: Asked) => void;
}): ReactNode {
  const cache = useQueryClient();
  const self = useUser().name;
  const setRole = useMutation({
    mutationFn: (changed: 'admin' | 'user') =>
      client.PATCH('/users/{name}', { params: { path: { name } }, body: { role: changed } }),
    onError: (error) => {
      const { title, message } = describeError(error);
      tell({ title, detail: message, isError: true });
    },
    onSettled: () => cache.invalidateQueries({ queryKey: ['get', '/users'] }),
  });
  return (
    <tr>
      <Td className="max-w-60 font-medium break-words">
        {name}
        {name === self && <span className="font-normal text-muted"> (you)</span>}
      </Td>
      <Td>
        <div className="w-40">
          <Select
            label={`Role of ${name}`}
            isLabelHidden
            options={ROLES}
            value={role}
            onChange={(id) => {
              if (id !== role) setRole.mutate(id as 'admin' | 'user');
            }}
            isDisabled={setRole.isPending}
          />
        </div>
      </Td>
      <Td className="hidden whitespace-nowrap sm:table-cell">
        {formatDate(createdAt)} <span className="text-muted">by {createdBy}</span>
      </Td>
      <Td className="text-right whitespace-nowrap">
        <Button
          look="quiet"
          aria-label={`New token for ${name}`}
          icon={<KeyRound aria-hidden className="size-4" />}
          onPress={() => onAsk({ kind: 'token', name })}
        />
        <Button
          look="quiet"
          aria-label={`Remove ${name}`}
          icon={<Trash2 aria-hidden className="size-4" />}
          onPress={() => onAsk({ kind: 'remove', name })}
        />
      </Td>
    </tr>
  );
}
