import { useMutation, useQueryClient } from '@tanstack/react-query';
import type { ReactNode } from 'react';
import { client } from '../../api/client.ts';
import { Button } from '../../ui/button.tsx';
import { Dialog } from '../../ui/dialog.tsx';
import { ErrorState } from '../../ui/states.tsx';

export function RemoveUserDialog({
  name,
  onClose,
}: {
  readonly name: string;
  readonly onClose: () => void;
}): ReactNode {
  const cache = useQueryClient();
  const remove = useMutation({
    mutationFn: () => client.DELETE('/users/{name}', { params: { path: { name } } }),
    onSuccess: onClose,
    onSettled: () => cache.invalidateQueries(),
  });
  return (
    <Dialog
      title={`Remove ${name}?`}
      isOpen
      isAlert
      onClose={onClose}
      footer={
        <>
          <Button onPress={onClose} autoFocus>
            Keep
          </Button>
          <Button look="danger" isPending={remove.isPending} onPress={() => remove.mutate()}>
            Remove
          </Button>
        </>
      }
    >
      <p>All tokens of {name} stop to work within a second. What they pulled stays.</p>
      {remove.error !== null && <ErrorState error={remove.error} />}
    </Dialog>
  );
}
