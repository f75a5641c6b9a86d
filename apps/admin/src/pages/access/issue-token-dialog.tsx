import { useMutation, useQueryClient } from '@tanstack/react-query';
import { type ReactNode, useState } from 'react';
import { client } from '../../api/client.ts';
import type { IssuedToken } from '../../api/types.ts';
import { Select } from '../../ui/select.tsx';
import { ErrorState } from '../../ui/states.tsx';
import { TextField } from '../../ui/text-field.tsx';
import { TokenDialog } from './token-dialog.tsx';

const DAY_MS = 86_400_000;
const TERMS = [
  { id: '30', name: '30 days' },
  { id: '90', name: '90 days' },
  { id: '365', name: 'A year' },
  { id: '0', name: 'No end' },
] as const;

interface IssueTokenDialogProps {
  /** For whom; without it, for oneself. */
  readonly user?: string;
  readonly onClose: () => void;
}

export function IssueTokenDialog({ user, onClose }: IssueTokenDialogProps): ReactNode {
  const cache = useQueryClient();
  const [label, setLabel] = useState('');
  const [days, setDays] = useState('90');
  const issue = useMutation({
    mutationFn: async (): Promise<IssuedToken | undefined> => {
      const body = {
        ...(label.trim() === '' ? {} : { label: label.trim() }),
        ...(days === '0' ? {} : { expiresAt: Date.now() + Number(days) * DAY_MS }),
      };
      if (user === undefined) return (await client.POST('/me/tokens', { body })).data;
      const { data } = await client.POST('/users/{name}/tokens', {
        params: { path: { name: user } },
        body,
      });
      return data;
    },
    onSettled: () => cache.invalidateQueries({ queryKey: ['get', '/tokens'] }),
  });
  const submit = (): void => {
    issue.mutate();
  };
  return (
    <TokenDialog
      title={user === undefined ? 'New token' : `New token for ${user}`}
      verb="Make the token"
      action={issue}
      onSubmit={submit}
      onClose={onClose}
    >
      <TextField
        label="What it is for"
        value={label}
        onChange={setLabel}
        autoFocus
        autoComplete="off"
        placeholder="training cluster"
      />
      <Select label="Works for" options={TERMS} value={days} onChange={setDays} />
      {issue.error !== null && <ErrorState error={issue.error} />}
    </TokenDialog>
  );
}
