import { useMutation, useQueryClient } from '@tanstack/react-query';
import type { ReactNode } from 'react';
import { client } from '../../api/client.ts';
import { ConfirmDialog } from '../../ui/confirm-dialog.tsx';

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
    <ConfirmDialog title={`Remove ${name}?`} verb="Remove" action={remove} onClose={onClose}>
      <p>All tokens of {name} stop to work within a second. What they pulled stays.</p>
    </ConfirmDialog>
  );
}
