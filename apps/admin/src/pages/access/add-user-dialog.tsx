import { useMutation, useQueryClient } from '@tanstack/react-query';
import { type ReactNode, useState } from 'react';
import { describeError } from '../../api/api-error.ts';
import { client } from '../../api/client.ts';
import type { IssuedToken } from '../../api/types.ts';
import { Select } from '../../ui/select.tsx';
import { TextField } from '../../ui/text-field.tsx';
import { TokenDialog } from './token-dialog.tsx';

/** A user, and the token by which they come in. */
export function AddUserDialog({ onClose }: { readonly onClose: () => void }): ReactNode {
  const cache = useQueryClient();
  const [name, setName] = useState('');
  const [role, setRole] = useState<'admin' | 'user'>('user');
  const add = useMutation({
    mutationFn: async (): Promise<IssuedToken | undefined> => {
      const { data: user } = await client.POST('/users', { body: { name: name.trim(), role } });
      if (user === undefined) return undefined;
      const { data } = await client.POST('/users/{name}/tokens', {
        params: { path: { name: user.name } },
        body: {},
      });
      return data;
    },
    onSettled: () => cache.invalidateQueries(),
  });
  const submit = (): void => {
    if (name.trim() !== '') add.mutate();
  };
  return (
    <TokenDialog
      title={add.data === undefined ? 'Add a user' : `${add.data.user} was added`}
      verb="Add"
      action={add}
      onSubmit={submit}
      onClose={onClose}
    >
      <TextField
        label="Name"
        value={name}
        onChange={setName}
        autoFocus
        autoComplete="off"
        error={add.error === null ? undefined : describeError(add.error).message}
      />
      <Select
        label="Role"
        options={[
          { id: 'user', name: 'User: reads models, pulls them' },
          { id: 'admin', name: 'Administrator: does all' },
        ]}
        value={role}
        onChange={(id) => setRole(id as 'admin' | 'user')}
      />
    </TokenDialog>
  );
}
