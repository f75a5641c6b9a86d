import type { ModelCache } from '@modelkeep/core';
import { isModelkeepError } from '@modelkeep/core/spi';
import { KEPT_WHILE_AWAY_MS } from '../access/authenticator.ts';
import { LOCAL_USER } from '../access/local-user.ts';
import { type Answer, bodyAnswer, textAnswer } from '../http/answer.ts';
import type { ModelIndex } from '../models/model-index.ts';
import { gauge, type Metrics, type Sample } from '../observe/metrics.ts';
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

export interface MetricsSources {
  readonly metrics: Metrics;
  readonly cache: ModelCache;
  readonly models: ModelIndex;
  readonly records: Pick<RecordStore, 'getRecord'>;
  /** Figures that the metadata store is asked for. */
  readonly samples: () => Promise<readonly Sample[]>;
}

/** All figures in the Prometheus text format. Those that come from a store which is away are absent. */
export async function metricsAnswer(sources: MetricsSources): Promise<Answer> {
  const { metrics, cache, models, records, samples } = sources;
  // What is stored is told by both stores: only the one can say which of them does not answer.
  const [answers, ofIndex, ofStore] = await Promise.all([
    inTime(() => records.getRecord('users', '-').then(() => true)),
    inTime(() => Promise.all([samples(), modelSamples(models)])),
    inTime(() => storeSamples(cache)),
  ]);
  const isUp = answers === true;
  const text = metrics.render([
    ...(ofIndex === FAILED || ofIndex === LATE ? [] : ofIndex.flat()),
    ...(ofStore === FAILED || ofStore === LATE ? [] : ofStore),
    {
      name: 'modelkeep_metadata_up',
      help: 'Whether the metadata store answers: without it the figures of the store are absent.',
      type: 'gauge',
      value: isUp ? 1 : 0,
    },
    ...(isUp && ofStore !== LATE ? [storageUp(ofStore !== FAILED)] : []),
    ...processSamples(),
    ...evictionSamples(cache),
  ]);
  return bodyAnswer(text, 'text/plain; version=0.0.4; charset=utf-8', 200, {});
}

const FAILED = Symbol('failed');
const LATE = Symbol('late');

/** What `ask` gives, unless a store cannot be asked, or hangs for longer than who collects figures waits. */
async function inTime<T>(ask: () => Promise<T>): Promise<T | typeof FAILED | typeof LATE> {
  const late = Promise.withResolvers<typeof LATE>();
  const timer = setTimeout(() => late.resolve(LATE), FIGURES_MS);
  try {
    return await Promise.race([ask(), late.promise]);
  } catch (error) {
    if (!isModelkeepError(error)) throw error;
    return FAILED;
  } finally {
    clearTimeout(timer);
  }
}

function storageUp(isUp: boolean): Sample {
  return {
    name: 'modelkeep_storage_up',
    help: 'Whether the disk of the store tells its figures: without it they are absent. A bucket is not asked.',
    type: 'gauge',
    value: isUp ? 1 : 0,
  };
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

async function modelSamples(models: ModelIndex): Promise<Sample[]> {
  const found = await models.list(LOCAL_USER);
  const logicalBytes = found.reduce((sum, { model }) => sum + model.sizeInBytes, 0);
  return [
    gauge('modelkeep_models', 'Cached models.', found.length),
    gauge('modelkeep_logical_bytes', 'Bytes of all models.', logicalBytes),
  ];
}

async function storeSamples(cache: ModelCache): Promise<Sample[]> {
  const totals = await cache.inspection.totals();
  const known = (name: string, help: string, value: number | undefined): Sample[] =>
    value === undefined ? [] : [gauge(name, help, value)];
  return [
    ...known('modelkeep_blob_bytes', 'Bytes of the contents stored.', totals.blobBytes),
    ...known('modelkeep_blobs', 'Contents stored.', totals.blobCount),
    ...known('modelkeep_partial_bytes', 'Bytes of unfinished files.', totals.partialBytes),
    ...known('modelkeep_disk_free_bytes', 'Free bytes of the volume.', totals.freeBytes),
    ...known('modelkeep_disk_total_bytes', 'Bytes of the volume.', totals.totalBytes),
    ...known('modelkeep_quota_bytes', 'Most bytes that the store may have.', totals.quotaBytes),
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
