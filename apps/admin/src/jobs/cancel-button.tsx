import { useMutation } from '@tanstack/react-query';
import { Square } from 'lucide-react';
import type { ReactNode } from 'react';
import { describeError } from '../api/api-error.ts';
import { client } from '../api/client.ts';
import type { Job } from '../api/types.ts';
import { Button } from '../ui/button.tsx';
import { tell } from '../ui/toasts.tsx';
import { jobTitle } from './job-facts.ts';
import { liveJobs } from './live-job-store.ts';

export function CancelButton({ job }: { readonly job: Job }): ReactNode {
  const cancel = useMutation({
    mutationFn: async () =>
      (await client.POST('/jobs/{id}/cancel', { params: { path: { id: job.id } } })).data,
    onSuccess(ended) {
      if (ended !== undefined) liveJobs.update(ended);
    },
    onError(error) {
      const { title, message } = describeError(error);
      tell({ title, detail: message, isError: true });
    },
  });
  return (
    <Button
      icon={<Square aria-hidden className="size-3.5" />}
      isPending={cancel.isPending}
      onPress={() => cancel.mutate()}
      aria-label={`Cancel: ${jobTitle(job)}`}
    >
      Cancel
    </Button>
  );
}
