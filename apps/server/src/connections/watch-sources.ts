import type { Connection } from '@modelkeep/core';
import { type ErrorCode, isModelkeepError, type ModelSource } from '@modelkeep/core/spi';

/** How a source has answered of late, as far as this process asked it. Times are ms since the epoch. */
export interface SourceHealth {
  readonly lastSuccess: number | null;
  /** Since when every question has failed. */
  readonly staleSince: number | null;
  readonly lastError: {
    readonly code: string;
    readonly message: string;
    readonly time: number;
  } | null;
  /** Until when the source asked to be left alone. */
  readonly limitedUntil: number | null;
}

const UNKNOWN: SourceHealth = {
  lastSuccess: null,
  staleSince: null,
  lastError: null,
  limitedUntil: null,
};

/** All else is an answer, if not the one that was hoped for. */
const OUTAGES: ReadonlySet<ErrorCode> = new Set(['source-unavailable', 'rate-limited']);

const healths = new WeakMap<ModelSource, () => SourceHealth>();

/** What is known of a source that {@link watchSources} gave; nothing of any other. */
export function healthOf(source: ModelSource): SourceHealth {
  return healths.get(source)?.() ?? UNKNOWN;
}

/**
 * The same sources, with an eye on how they answer: for a cache whose server is to tell when an upstream is away. Give what
 * comes back to the cache and to the server.
 */
export function watchSources(
  sources: readonly (ModelSource | Connection)[],
): (ModelSource | Connection)[] {
  return sources.map((given) =>
    'source' in given ? { ...given, source: watch(given.source) } : watch(given),
  );
}

function watch(source: ModelSource): ModelSource {
  let health = UNKNOWN;
  const succeeded = (): void => {
    health = { ...health, lastSuccess: Date.now(), staleSince: null, limitedUntil: null };
  };
  const failed = (error: unknown): void => {
    if (!isModelkeepError(error)) return;
    if (!OUTAGES.has(error.code)) {
      succeeded();
      return;
    }
    const time = Date.now();
    const { code, message, retryAfterMs } = error;
    health = {
      lastSuccess: health.lastSuccess,
      staleSince: health.staleSince ?? time,
      lastError: { code, message, time },
      limitedUntil: retryAfterMs === undefined ? health.limitedUntil : time + retryAfterMs,
    };
  };
  const note = async <T>(asking: Promise<T>): Promise<T> => {
    try {
      const answer = await asking;
      succeeded();
      return answer;
    } catch (error) {
      failed(error);
      throw error;
    }
  };
  const watched: ModelSource = {
    specificationVersion: source.specificationVersion,
    name: source.name,
    endpoint: source.endpoint,
    resolve: (...call) => note(source.resolve(...call)),
    async *listFiles(...call) {
      try {
        yield* source.listFiles(...call);
        succeeded();
      } catch (error) {
        failed(error);
        throw error;
      }
    },
    open: (...call) => note(source.open(...call)),
    close: () => source.close(),
    ...(source.listRevisions && {
      listRevisions: (...call: Parameters<NonNullable<ModelSource['listRevisions']>>) =>
        note((source as Required<ModelSource>).listRevisions(...call)),
    }),
    ...(source.describe && {
      describe: (...call: Parameters<NonNullable<ModelSource['describe']>>) =>
        note((source as Required<ModelSource>).describe(...call)),
    }),
    ...(source.commitObject && {
      commitObject: (...call: Parameters<NonNullable<ModelSource['commitObject']>>) =>
        note((source as Required<ModelSource>).commitObject(...call)),
    }),
    ...(source.forward && {
      forward: (...call: Parameters<NonNullable<ModelSource['forward']>>) =>
        note((source as Required<ModelSource>).forward(...call)),
    }),
  };
  healths.set(watched, () => health);
  return watched;
}
