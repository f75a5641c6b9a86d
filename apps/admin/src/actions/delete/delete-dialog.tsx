import { useMutation, useQuery } from '@tanstack/react-query';
import { Trash2 } from 'lucide-react';
import { type ReactNode, useId, useState } from 'react';
import { client } from '../../api/client.ts';
import { formatBytes } from '../../format/bytes.ts';
import { formatCount } from '../../format/count.ts';
import { followJob } from '../../jobs/live-jobs.ts';
import { modelName } from '../../pages/models/model-facts.ts';
import { Button } from '../../ui/button.tsx';
import { Dialog } from '../../ui/dialog.tsx';
import { Form } from '../../ui/form.tsx';
import { ErrorState, Skeleton } from '../../ui/states.tsx';
import { TextField } from '../../ui/text-field.tsx';
import { DeletePreview } from './delete-preview.tsx';

interface DeleteDialogProps {
  readonly models: readonly string[];
  readonly onClose: () => void;
  /** Once the deletion has begun. */
  readonly onDone?: () => void;
}

/** Says what a deletion frees, and asks. Several models at once want a typed yes. */
export function DeleteDialog({ models, onClose, onDone }: DeleteDialogProps): ReactNode {
  const formId = useId();
  const [typed, setTyped] = useState('');
  const body = { models: [...models] };
  const preview = useQuery({
    queryKey: ['deletions', models],
    queryFn: async () => (await client.POST('/deletions/preview', { body })).data ?? null,
    staleTime: 0,
  });
  const remove = useMutation({
    mutationFn: async () => (await client.POST('/deletions', { body })).data,
    onSuccess(job) {
      if (job !== undefined) followJob(job);
      onClose();
      onDone?.();
    },
  });
  const isMany = models.length > 1;
  const phrase = `delete ${models.length} models`;
  const mayDelete = preview.data != null && (!isMany || typed.trim().toLowerCase() === phrase);
  const submit = (): void => {
    if (mayDelete) remove.mutate();
  };
  const [first = ''] = models;
  const freed = preview.data?.freedBytes;
  return (
    <Dialog
      title={
        isMany ? `Delete ${formatCount(models.length, 'model')}?` : `Delete ${modelName(first)}?`
      }
      isOpen
      isAlert
      onClose={onClose}
      footer={
        <>
          <Button onPress={onClose} autoFocus={!isMany}>
            Keep
          </Button>
          <Button
            type="submit"
            form={formId}
            look="danger"
            icon={<Trash2 aria-hidden className="size-4" />}
            isDisabled={!mayDelete}
            isPending={remove.isPending}
          >
            Delete{freed === undefined ? '' : `, free ${formatBytes(freed)}`}
          </Button>
        </>
      }
    >
      <Form id={formId} onSubmit={submit} className="flex flex-col gap-4">
        {preview.isPending && <Skeleton />}
        {preview.data != null && <DeletePreview preview={preview.data} />}
        {isMany && (
          <TextField
            label={`Type “${phrase}” to go on`}
            value={typed}
            onChange={setTyped}
            autoFocus
            autoComplete="off"
            spellCheck="false"
          />
        )}
      </Form>
      {(preview.error ?? remove.error) !== null && (
        <ErrorState error={preview.error ?? remove.error} />
      )}
    </Dialog>
  );
}
