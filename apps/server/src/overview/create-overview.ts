import type { ModelCache, StoreTotals, User } from '@modelkeep/core';
import type { Users } from '../access/users.ts';
import type { AuditLog } from '../audit/audit-log.ts';
import type { ConnectionFacts } from '../connections/connection-facts.ts';
import { hasEnded, type Job } from '../jobs/job.ts';
import type { Jobs } from '../jobs/jobs.ts';
import type { ModelIndex } from '../models/model-index.ts';
import { agesOf, type Slice, slicesOf } from './breakdown.ts';
import { createFlightSpeeds, type FetchingFile } from './flight-speeds.ts';
import {
  auditWarning,
  diskWarning,
  noUsersWarning,
  quotaWarning,
  tokenWarnings,
  verificationWarning,
  type Warning,
} from './warnings.ts';

const MOST_MODELS = 50;
const MOST_LIBRARIES = 12;
const MOST_JOBS = 500;
/** The whole log is read to check it. */
const AUDIT_CHECK_MS = 3_600_000;

/** What somebody who looks after the cache sees first. */
export interface Overview {
  readonly store: StoreTotals & {
    readonly logicalBytes: number;
    readonly savedBytes: number;
    readonly unreferencedBytes: number;
  };
  readonly models: { readonly count: number; readonly partial: number; readonly pinned: number };
  readonly byModel: readonly Slice[];
  readonly byLibrary: readonly Slice[];
  readonly byAge: readonly Slice[];
  readonly fetching: readonly FetchingFile[];
  readonly fetchingElsewhere: number;
  readonly jobs: { readonly running: number; readonly queued: number };
  readonly warnings: readonly Warning[];
}

export interface OverviewOptions {
  readonly cache: Pick<ModelCache, 'inspection'>;
  readonly models: ModelIndex;
  readonly jobs: Jobs;
  readonly users: Users;
  readonly audit: AuditLog;
  readonly connections: readonly ConnectionFacts[];
  readonly onError: (error: unknown) => void;
}

export type OverviewOf = (user: User) => Promise<Overview>;

/** An admin sees the whole; a user what they may read, and their own jobs and tokens. */
export function createOverview(options: OverviewOptions): OverviewOf {
  const { cache, models, jobs, users, connections } = options;
  const speeds = createFlightSpeeds();
  const brokenAudit = checkedAudit(options);
  return async (user) => {
    const isAdmin = user.role === 'admin';
    const [found, totals, recent] = await Promise.all([
      models.list(user),
      cache.inspection.totals(),
      recentJobs(jobs, user),
    ]);
    const { flights } = cache.inspection.traffic();
    const now = Date.now();
    const logicalBytes = found.reduce((sum, { model }) => sum + model.sizeInBytes, 0);
    const tokens = await Array.fromAsync(users.listTokens(isAdmin ? undefined : user.name));
    const ofAdmin = isAdmin
      ? [
          diskWarning(totals),
          quotaWarning(totals),
          ...connections.map(staleWarning),
          verificationWarning(
            recent.find(({ kind, state }) => kind === 'verify' && state === 'done'),
          ),
          noUsersWarning(await users.any()),
          auditWarning(brokenAudit()),
        ]
      : [];
    return {
      store: {
        ...totals,
        logicalBytes,
        savedBytes: Math.max(0, logicalBytes - totals.referencedBytes),
        unreferencedBytes: totals.blobBytes - totals.referencedBytes,
      },
      models: {
        count: found.length,
        partial: found.filter(({ model }) => !model.complete).length,
        pinned: found.filter(({ model }) => model.pinned).length,
      },
      byModel: slicesOf(found, ({ model }) => model.key, MOST_MODELS),
      byLibrary: slicesOf(found, ({ library }) => library ?? '', MOST_LIBRARIES),
      byAge: agesOf(found, now),
      fetching: isAdmin ? speeds.measure(flights) : [],
      fetchingElsewhere: isAdmin ? await cache.inspection.otherFlights() : 0,
      jobs: {
        running: recent.filter(({ state }) => state === 'running').length,
        queued: recent.filter(({ state }) => state === 'queued').length,
      },
      warnings: [...ofAdmin, ...tokenWarnings(tokens, now)].filter(
        (warning) => warning !== undefined,
      ),
    };
  };
}

/** The newest that the user may see, with all that go on. */
async function recentJobs(jobs: Jobs, user: User): Promise<readonly Job[]> {
  const found: Job[] = [];
  let left = MOST_JOBS;
  for await (const job of jobs.list()) {
    const isKept = !hasEnded(job) || job.kind === 'verify';
    if (isKept && (user.role === 'admin' || job.user === user.name)) found.push(job);
    left--;
    if (left === 0) break;
  }
  return found;
}

function staleWarning({ name, health }: ConnectionFacts): Warning | undefined {
  const { staleSince, lastError } = health();
  if (staleSince === null) return undefined;
  return {
    kind: 'source-stale',
    severity: 'warning',
    message: `the connection ${name} gives no answer; what is cached goes on (${lastError?.message ?? ''})`,
    subject: name,
    since: staleSince,
  };
}

/** The log is read beside the answer, and seldom: what was found last is told. */
function checkedAudit({
  audit,
  onError,
}: Pick<OverviewOptions, 'audit' | 'onError'>): () => number | undefined {
  let found: number | undefined;
  let checkedAt = Number.NEGATIVE_INFINITY;
  return () => {
    if (performance.now() - checkedAt >= AUDIT_CHECK_MS) {
      checkedAt = performance.now();
      audit.findBreak().then((firstBroken) => {
        found = firstBroken;
      }, onError);
    }
    return found;
  };
}
