import type { Job, JobKind, JobState } from '../api/types.ts';

const ENDED: ReadonlySet<JobState> = new Set(['done', 'failed', 'cancelled', 'interrupted']);

export function hasEnded({ state }: Pick<Job, 'state'>): boolean {
  return ENDED.has(state);
}

export const KIND_NAMES: Readonly<Record<JobKind, string>> = {
  pull: 'Pull',
  import: 'Import',
  preflight: 'Look into an archive',
  delete: 'Delete',
  verify: 'Verify',
  gc: 'Clean up',
  evict: 'Free space',
};

export const STATE_NAMES: Readonly<Record<JobState, string>> = {
  queued: 'Waiting',
  running: 'Under way',
  done: 'Done',
  failed: 'Failed',
  cancelled: 'Cancelled',
  interrupted: 'Interrupted',
};

/** What a job does, in a line: `Pull org/name`. */
export function jobTitle({ kind, subject, parameters }: Job): string {
  const models = parameters['models'];
  const subjects = Array.isArray(models) && models.length > 1 ? `${models.length} models` : subject;
  switch (kind) {
    case 'pull':
      return `Pull ${subject}`;
    case 'import':
      return `Import ${subject}`;
    case 'preflight':
      return `Look into ${subject}`;
    case 'delete':
      return `Delete ${withoutPrefix(subjects)}`;
    case 'verify':
      return `${parameters['repair'] === true ? 'Verify and repair' : 'Verify'} ${subjects === '' ? 'all models' : withoutPrefix(subjects)}`;
    case 'gc':
      return parameters['dryRun'] === true
        ? 'See what a clean-up would remove'
        : 'Remove what nothing uses';
    case 'evict': {
      const what = subject === '' ? '' : ` of ${subject}`;
      return parameters['dryRun'] === true
        ? `See what would free space${what}`
        : `Free space${what}`;
    }
  }
}

/** How far a job is, from 0 to 1; undefined where that cannot be known. */
export function jobShare({ progress }: Pick<Job, 'progress'>): number | undefined {
  if (progress === null) return undefined;
  const { doneBytes, totalBytes, doneFiles, totalFiles } = progress;
  if (totalBytes !== undefined && totalBytes > 0) return Math.min(1, doneBytes / totalBytes);
  if (totalFiles !== undefined && totalFiles > 0) return Math.min(1, doneFiles / totalFiles);
  return undefined;
}

function withoutPrefix(key: string): string {
  return key.replace(/^hf@/, '');
}
