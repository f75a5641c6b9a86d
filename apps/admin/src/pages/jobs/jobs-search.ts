import { choiceParam } from '../../shell/search-params.ts';

export const JOB_STATES = [
  'queued',
  'running',
  'done',
  'failed',
  'cancelled',
  'interrupted',
] as const;
export const JOB_KINDS = ['pull', 'import', 'delete', 'verify', 'gc'] as const;

export interface JobsSearch {
  readonly state?: (typeof JOB_STATES)[number] | undefined;
  readonly kind?: (typeof JOB_KINDS)[number] | undefined;
}

export function parseJobsSearch(search: Record<string, unknown>): JobsSearch {
  return {
    state: choiceParam(search, 'state', JOB_STATES),
    kind: choiceParam(search, 'kind', JOB_KINDS),
  };
}
