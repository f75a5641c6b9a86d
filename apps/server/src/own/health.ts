import type { ModelCache } from '@modelkeep/core';
import { isModelkeepError } from '@modelkeep/core/spi';
import { KEPT_WHILE_AWAY_MS } from '../access/authenticator.ts';
import { LOCAL_USER } from '../access/local-user.ts';
import { type Answer, bodyAnswer, textAnswer } from '../http/answer.ts';
import type { ModelIndex } from '../models/model-index.ts';
import type { Metrics, Sample } from '../observe/metrics.ts';
import type { RecordStore } from '../store/record-store.ts';

const READY_CHECK_MS = 2000;
const FIGURES_MS = 5000;

/**
 * Whether the server can do its work: it is not stopping, and its metadata store answers. While a store that answered
 * before is away, what is warm is still served: whoever took such servers out of service would take out all that share it.
 */
export function createReadiness(
  records: Pick<RecordStore, 'getRecord'>,
  isStopping: () => boolean,
  now: () => number = Date.now,
): () => Promise<Answer> {
  let answeredAt = Number.NEGATIVE_INFINITY;
  return async () => {
    if (isStopping()) return textAnswer('stopping', 503);
    try {
      const signal = AbortSignal.timeout(READY_CHECK_MS);
      await records.getRecord('users', '-', { signal });
      answeredAt = now();
      return textAnswer('ready');
    } catch {
      return now() - answeredAt < KEPT_WHILE_AWAY_MS
        ? textAnswer('ready for reads of what is warm: the metadata store does not answer')
        : textAnswer('the metadata store does not answer', 503);
    }
  };
}

/** All figures in the Prometheus text format. While the metadata store is away, those that come from it are absent. */
export async function metricsAnswer(
  metrics: Metrics,
  cache: ModelCache,
  models: ModelIndex,
  more: () => Promise<readonly Sample[]>,
): Promise<Answer> {
  const ofStore = await whileItAnswers(() => Promise.all([more(), diskSamples(cache, models)]));
  const up: Sample = {
    name: 'modelkeep_metadata_up',
    help: 'Whether the metadata store answers: without it the figures of the store are absent.',
    type: 'gauge',
    value: ofStore === undefined ? 0 : 1,
  };
  const text = metrics.render([
    ...(ofStore ?? []).flat(),
    up,
    ...processSamples(),
    ...evictionSamples(cache),
  ]);
  return bodyAnswer(text, 'text/plain; version=0.0.4; charset=utf-8', 200, {});
}

/** What `ask` gives; undefined if the metadata store is away, or hangs for longer than who collects figures waits. */
async function whileItAnswers<T>(ask: () => Promise<T>): Promise<T | undefined> {
  const late = Promise.withResolvers<undefined>();
  const timer = setTimeout(() => late.resolve(undefined), FIGURES_MS);
  try {
    return await Promise.race([ask(), late.promise]);
  } catch (error) {
    if (!isModelkeepError(error)) throw error;
    return undefined;
  } finally {
    clearTimeout(timer);
  }
}

function processSamples(): Sample[] {
  const { rss } = process.memoryUsage();
  const cpu = process.cpuUsage();
  return [
    {
      name: 'process_resident_memory_bytes',
      help: 'Resident memory of the server.',
      type: 'gauge',
      value: rss,
    },
    {
      name: 'process_cpu_seconds_total',
      help: 'CPU time of the server.',
      type: 'counter',
      value: (cpu.user + cpu.system) / 1e6,
    },
  ];
}

async function diskSamples(cache: ModelCache, models: ModelIndex): Promise<Sample[]> {
  const totals = await cache.inspection.totals();
  const found = await models.list(LOCAL_USER);
  const logicalBytes = found.reduce((sum, { model }) => sum + model.sizeInBytes, 0);
  const gauge = (name: string, help: string, value: number | undefined): Sample[] =>
    value === undefined ? [] : [{ name, help, type: 'gauge', value }];
  return [
    ...gauge('modelkeep_models', 'Cached models.', found.length),
    ...gauge('modelkeep_blob_bytes', 'Bytes of the contents stored.', totals.blobBytes),
    ...gauge('modelkeep_blobs', 'Contents stored.', totals.blobCount),
    ...gauge('modelkeep_logical_bytes', 'Bytes of all models.', logicalBytes),
    ...gauge('modelkeep_partial_bytes', 'Bytes of unfinished files.', totals.partialBytes),
    ...gauge('modelkeep_disk_free_bytes', 'Free bytes of the volume.', totals.freeBytes),
    ...gauge('modelkeep_disk_total_bytes', 'Bytes of the volume.', totals.totalBytes),
    ...gauge('modelkeep_quota_bytes', 'Most bytes that the store may have.', totals.quotaBytes),
  ];
}

function evictionSamples(cache: ModelCache): Sample[] {
  const evicted = cache.inspection.evictions();
  return [
    {
      name: 'modelkeep_evicted_models_total',
      help: 'Models that this server evicted.',
      type: 'counter',
      value: evicted.count,
    },
    {
      name: 'modelkeep_evicted_bytes_total',
      help: 'Bytes that evictions of this server freed.',
      type: 'counter',
      value: evicted.bytes,
    },
  ];
}
