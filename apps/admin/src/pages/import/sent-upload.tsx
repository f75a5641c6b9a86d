import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { useNavigate } from '@tanstack/react-router';
import type { ReactNode } from 'react';
import { apiBase } from '../../api/api-base.ts';
import { client } from '../../api/client.ts';
import type { ImportPreflight, Job } from '../../api/types.ts';
import { hasEnded } from '../../jobs/job-facts.ts';
import { JobProgress } from '../../jobs/job-progress.tsx';
import { followJob } from '../../jobs/live-jobs.ts';
import { useLiveJobMap } from '../../jobs/use-jobs.ts';
import { Button } from '../../ui/button.tsx';
import { Panel } from '../../ui/page.tsx';
import { ErrorState, Skeleton } from '../../ui/states.tsx';
import { PreflightFindings } from './preflight-findings.tsx';

type Source = { readonly upload: string } | { readonly path: string };

interface SentUploadProps {
  readonly name: string;
  readonly source: Source;
  /** Once it became a model, or was discarded. */
  readonly onGone?: () => void;
}

/** An archive that the server has: what is inside, and whether to take it. */
export function SentUpload({ name, source, onGone }: SentUploadProps): ReactNode {
  const navigate = useNavigate();
  const cache = useQueryClient();
  const look = usePreflight(source);
  const gone = async (): Promise<void> => {
    onGone?.();
    await cache.invalidateQueries({ queryKey: ['get', '/uploads'] });
  };
  const take = useMutation({
    mutationFn: async () => (await client.POST('/imports', { body: source })).data,
    async onSuccess(job) {
      if (job === undefined) return;
      followJob(job);
      await navigate({ to: '/jobs/$id', params: { id: job.id } });
      await gone();
    },
  });
  const discard = useMutation({
    mutationFn: async () => {
      if ('path' in source) return;
      await fetch(`${apiBase}/uploads/${source.upload}`, {
        method: 'DELETE',
        headers: { 'Tus-Resumable': '1.0.0', 'X-Requested-With': 'modelkeep' },
      });
    },
    onSettled: gone,
  });
  const findings = look.job?.state === 'done' ? (look.job.result as ImportPreflight) : undefined;
  return (
    <Panel title={name} note={findings === undefined ? 'Looking into it…' : undefined}>
      <div className="flex flex-col gap-3">
        {look.error !== null && <ErrorState error={look.error} onRetry={look.retry} />}
        {look.job === undefined && look.error === null && <Skeleton />}
        {look.job !== undefined && !hasEnded(look.job) && <JobProgress job={look.job} />}
        {look.job?.error != null && (
          <ErrorState error={new Error(look.job.error.message)} onRetry={look.retry} />
        )}
        {findings !== undefined && <PreflightFindings found={findings} />}
        {take.error !== null && <ErrorState error={take.error} />}
        <div className="flex flex-wrap gap-2">
          {findings?.importable === true && (
            <Button look="primary" isPending={take.isPending} onPress={() => take.mutate()}>
              Import {findings.model?.modelId}
            </Button>
          )}
          <Button isPending={discard.isPending} onPress={() => discard.mutate()}>
            {'path' in source ? 'Close' : 'Discard'}
          </Button>
        </div>
      </div>
    </Panel>
  );
}

/** The job that looks into an archive, asked for once. */
function usePreflight(source: Source): {
  readonly job: Job | undefined;
  readonly error: Error | null;
  readonly retry: () => void;
} {
  const { data, error, refetch } = useQuery({
    queryKey: ['preflight', source],
    queryFn: async () => {
      const { data: job } = await client.POST('/imports/preflight', { body: source });
      if (job !== undefined) followJob(job);
      return job ?? null;
    },
    staleTime: Number.POSITIVE_INFINITY,
    gcTime: 0,
  });
  const live = useLiveJobMap().get(data?.id ?? '');
  return { job: live ?? data ?? undefined, error, retry: () => void refetch() };
}
