import type { EvictionReport } from '@modelkeep/core';
import type { WorkContext } from './job-work.ts';

/** Of those that stay; a store may have very many. */
const MOST_KEPT = 500;

/** What to evict. */
export interface EvictionRequest {
  readonly dryRun?: boolean | undefined;
  readonly toBytes?: number | undefined;
  readonly connection?: string | undefined;
  readonly unusedForMs?: number | undefined;
  readonly imported?: boolean | undefined;
}

/** What became of it. */
export interface EvictionResult extends EvictionReport {
  /** Models that stay; `choices` has the first of them. */
  readonly keptCount: number;
}

export async function evict(
  { cache, user, signal, onEvent }: Pick<WorkContext, 'cache' | 'user' | 'signal' | 'onEvent'>,
  { dryRun = false, toBytes, connection, unusedForMs, imported = false }: EvictionRequest,
): Promise<EvictionResult> {
  const report = await cache.evictModels({
    dryRun,
    imported,
    ...(toBytes === undefined ? {} : { toBytes }),
    ...(connection === undefined ? {} : { connection }),
    ...(unusedForMs === undefined ? {} : { unusedForMs }),
    user,
    signal,
    onEvent,
  });
  const keptCount = report.choices.filter(({ evicted }) => !evicted).length;
  let left = MOST_KEPT;
  return {
    ...report,
    keptCount,
    choices: report.choices.filter(({ evicted }) => evicted || left-- > 0),
  };
}
