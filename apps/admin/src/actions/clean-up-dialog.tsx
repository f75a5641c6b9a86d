import { useMutation } from '@tanstack/react-query';
import { useNavigate } from '@tanstack/react-router';
import { type ReactNode, useState } from 'react';
import { client } from '../api/client.ts';
import { followJob } from '../jobs/live-jobs.ts';
import { Button } from '../ui/button.tsx';
import { Checkbox } from '../ui/checkbox.tsx';
import { Dialog } from '../ui/dialog.tsx';
import { ErrorState } from '../ui/states.tsx';

/** Removes contents that no model refers to. */
export function CleanUpDialog({ onClose }: { readonly onClose: () => void }): ReactNode {
  const navigate = useNavigate();
  const [dryRun, setDryRun] = useState(true);
  const start = useMutation({
    mutationFn: async () => (await client.POST('/gc', { body: { dryRun } })).data,
    onSuccess(job) {
      if (job === undefined) return;
      followJob(job);
      onClose();
      void navigate({ to: '/jobs/$id', params: { id: job.id } });
    },
  });
  return (
    <Dialog
      title="Clean up"
      isOpen
      onClose={onClose}
      footer={
        <>
          <Button onPress={onClose}>Close</Button>
          <Button
            look={dryRun ? 'primary' : 'danger'}
            isPending={start.isPending}
            onPress={() => start.mutate()}
          >
            {dryRun ? 'See what it would free' : 'Remove what nothing uses'}
          </Button>
        </>
      }
    >
      <p>
        Removes contents that no model refers to, and downloads that nobody came back to. No model
        is touched.
      </p>
      <Checkbox isSelected={dryRun} onChange={setDryRun}>
        Only tell what would be freed
      </Checkbox>
      {start.error !== null && <ErrorState error={start.error} />}
    </Dialog>
  );
}
