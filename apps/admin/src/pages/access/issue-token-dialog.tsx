import { useMutation, useQueryClient } from '@tanstack/react-query';
import { type ReactNode, useId, useState } from 'react';
import { client } from '../../api/client.ts';
import type { IssuedToken } from '../../api/types.ts';
import { Button } from '../../ui/button.tsx';
import { Dialog } from '../../ui/dialog.tsx';
import { Form } from '../../ui/form.tsx';
import { Select } from '../../ui/select.tsx';
import { ErrorState } from '../../ui/states.tsx';
import { TextField } from '../../ui/text-field.tsx';
import { IssuedTokenView } from './issued-token-view.tsx';

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
  const formId = useId();
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
    <Dialog
      title={user === undefined ? 'New token' : `New token for ${user}`}
      isOpen
      onClose={onClose}
      footer={
        issue.data !== undefined ? (
          <Button look="primary" onPress={onClose}>
            Done
          </Button>
        ) : (
          <>
            <Button onPress={onClose}>Close</Button>
            <Button type="submit" form={formId} look="primary" isPending={issue.isPending}>
              Make the token
            </Button>
          </>
        )
      }
    >
      {issue.data !== undefined ? (
        <IssuedTokenView issued={issue.data} />
      ) : (
        <Form id={formId} onSubmit={submit} className="flex flex-col gap-4">
          <TextField
            label="What it is for"
            value={label}
            onChange={setLabel}
            autoFocus
            autoComplete="off"
            placeholder="training cluster"
          />
          <Select label="Works for" options={TERMS} value={days} onChange={setDays} />
        </Form>
      )}
      {issue.error !== null && <ErrorState error={issue.error} />}
    </Dialog>
  );
}
