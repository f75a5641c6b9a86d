import type { ReactNode } from 'react';
import type { JobState } from '../api/types.ts';
import { Badge, type Tone } from '../ui/badge.tsx';
import { STATE_NAMES } from './job-facts.ts';

const TONES: Readonly<Record<JobState, Tone>> = {
  queued: 'neutral',
  running: 'accent',
  done: 'ok',
  failed: 'danger',
  cancelled: 'neutral',
  interrupted: 'warn',
};

export function JobBadge({ state }: { readonly state: JobState }): ReactNode {
  return <Badge tone={TONES[state]}>{STATE_NAMES[state]}</Badge>;
}
