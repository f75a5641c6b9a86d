import type { StoreTotals, VerifyReport } from '@modelkeep/core';
import type { TokenFacts } from '../access/user-records.ts';
import type { Job } from '../jobs/job.ts';

const GIB = 1024 ** 3;
const DAY_MS = 86_400_000;
const EXPIRY_DAYS = 14;

export const WARNING_KINDS = [
  'disk-nearly-full',
  'quota-nearly-used',
  'source-stale',
  'verification-failed',
  'token-expires',
  'no-users',
  'broken-audit',
] as const;

/** What somebody should look at. */
export interface Warning {
  readonly kind: (typeof WARNING_KINDS)[number];
  readonly severity: 'info' | 'warning' | 'error';
  readonly message: string;
  /** What it is about: a connection, a token, a job. */
  readonly subject: string | null;
  /** ms since the epoch. */
  readonly since: number | null;
}

export function diskWarning({ freeBytes, totalBytes }: StoreTotals): Warning | undefined {
  if (freeBytes === undefined || totalBytes === undefined) return undefined;
  const share = freeBytes / totalBytes;
  const isNearly = share < 0.1 && freeBytes < 50 * GIB;
  const isAlmost = share < 0.02 || freeBytes < GIB;
  if (!isNearly && !isAlmost) return undefined;
  const percent = Math.max(0, Math.floor(share * 100));
  return {
    kind: 'disk-nearly-full',
    severity: isAlmost ? 'error' : 'warning',
    message: `${percent} % of the volume are free: what does not fit is refused before its first byte`,
    subject: null,
    since: null,
  };
}

/** Where nothing is evicted, what does not fit is refused or not kept. */
export function quotaWarning({ blobBytes, quotaBytes, evicts }: StoreTotals): Warning | undefined {
  if (quotaBytes === undefined || evicts || blobBytes < 0.9 * quotaBytes) return undefined;
  const percent = Math.floor((100 * blobBytes) / Math.max(1, quotaBytes));
  return {
    kind: 'quota-nearly-used',
    severity: blobBytes >= quotaBytes ? 'error' : 'warning',
    message: `${percent} % of the quota are used: what does not fit is refused, and use does not keep it`,
    subject: null,
    since: null,
  };
}

/** Of the last verification that went to its end. */
export function verificationWarning(job: Job | undefined): Warning | undefined {
  const { problems = [] } = (job?.result ?? {}) as Partial<VerifyReport>;
  const open = problems.filter(({ repaired }) => !repaired).length;
  if (job === undefined || open === 0) return undefined;
  return {
    kind: 'verification-failed',
    severity: 'error',
    message: `the last verification found ${open === 1 ? 'a problem' : `${open} problems`} that nobody has repaired`,
    subject: job.id,
    since: job.endedAt,
  };
}

export function tokenWarnings(tokens: readonly TokenFacts[], now: number): Warning[] {
  return tokens.flatMap(({ id, user, label, expiresAt }) => {
    if (expiresAt === null || expiresAt > now + EXPIRY_DAYS * DAY_MS) return [];
    // One that is over for long was let go on purpose.
    if (expiresAt < now - EXPIRY_DAYS * DAY_MS) return [];
    const name = label === null ? `a token of ${user}` : `the token ${label} of ${user}`;
    const isOver = expiresAt <= now;
    return [
      {
        kind: 'token-expires' as const,
        severity: isOver ? ('warning' as const) : ('info' as const),
        message: `${name} ${isOver ? 'has expired' : 'expires soon'}`,
        subject: id,
        since: expiresAt,
      },
    ];
  });
}

export function noUsersWarning(isClosed: boolean): Warning | undefined {
  if (isClosed) return undefined;
  return {
    kind: 'no-users',
    severity: 'info',
    message: 'there are no users: whoever is on the machine of the server may do everything',
    subject: null,
    since: null,
  };
}

export function auditWarning(firstBroken: number | undefined): Warning | undefined {
  if (firstBroken === undefined) return undefined;
  return {
    kind: 'broken-audit',
    severity: 'error',
    message: `event ${firstBroken} of the activity log does not follow from the one before it: somebody changed the log`,
    subject: String(firstBroken),
    since: null,
  };
}
