import { useMutation } from '@tanstack/react-query';
import { useNavigate } from '@tanstack/react-router';
import { Download } from 'lucide-react';
import { type ReactNode, useId, useState } from 'react';
import { client } from '../../api/client.ts';
import { formatBytes } from '../../format/bytes.ts';
import { followJob } from '../../jobs/live-jobs.ts';
import { Button } from '../../ui/button.tsx';
import { Dialog } from '../../ui/dialog.tsx';
import { Form } from '../../ui/form.tsx';
import { ErrorState } from '../../ui/states.tsx';
import { PullFields } from './pull-fields.tsx';
import { PullFindings } from './pull-findings.tsx';
import { type PullForm, type PullRequest, toRequest } from './pull-request.ts';

interface PullDialogProps {
  readonly model: string;
  readonly onClose: () => void;
}

/** Asks for a model: first shows what would come, then fetches it. */
export function PullDialog({ model, onClose }: PullDialogProps): ReactNode {
  const formId = useId();
  const navigate = useNavigate();
  const [form, setForm] = useState<PullForm>({ model, connection: '', include: '', exclude: '' });
  const preview = useMutation({
    mutationFn: async (body: PullRequest) => (await client.POST('/pulls/preview', { body })).data,
  });
  const pull = useMutation({
    mutationFn: async (body: PullRequest) => (await client.POST('/pulls', { body })).data,
    onSuccess(job) {
      if (job === undefined) return;
      followJob(job);
      onClose();
      void navigate({ to: '/jobs/$id', params: { id: job.id } });
    },
  });
  const change = (changed: Partial<PullForm>): void => {
    setForm({ ...form, ...changed });
    preview.reset();
  };
  const found = preview.data;
  const submit = (): void => {
    if (form.model.trim() === '') return;
    if (found === undefined) preview.mutate(toRequest(form));
    else if (found.fits) pull.mutate(toRequest(form));
  };
  const error = preview.error ?? pull.error;
  return (
    <Dialog
      title="Pull a model"
      isOpen
      isWide
      onClose={onClose}
      footer={
        <>
          <Button onPress={onClose}>Close</Button>
          <Button
            type="submit"
            form={formId}
            look="primary"
            isPending={preview.isPending || pull.isPending}
            isDisabled={found !== undefined && !found.fits}
            icon={found && <Download aria-hidden className="size-4" />}
          >
            {found === undefined
              ? 'Show what would come'
              : found.neededBytes === 0
                ? 'Pull'
                : `Pull ${formatBytes(found.neededBytes)}`}
          </Button>
        </>
      }
    >
      <Form id={formId} onSubmit={submit} className="flex flex-col gap-4">
        <PullFields form={form} onChange={change} />
      </Form>
      {error !== null && <ErrorState error={error} />}
      {found !== undefined && <PullFindings found={found} />}
    </Dialog>
  );
}
