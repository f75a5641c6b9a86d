import type { Connection } from '@modelkeep/core';
import { isModelkeepError, type ModelSource } from '@modelkeep/core/spi';

/** What a test of a connection found. */
export interface ConnectionTest {
  readonly ok: boolean;
  readonly code: string | null;
  readonly message: string;
  readonly durationMs: number;
}

/** A connection as it is shown: without its token. */
export interface ConnectionFacts {
  readonly name: string;
  readonly endpoint: string | undefined;
  readonly models: readonly string[];
  readonly populateOnUse: boolean;
  /** Asks the upstream for a model. */
  test(model: string, signal: AbortSignal): Promise<ConnectionTest>;
}

const TEST_MS = 20_000;

export function connectionFacts(given: ModelSource | Connection): ConnectionFacts {
  const connection: Connection = 'source' in given ? given : { name: given.name, source: given };
  const { name, source, models = ['**'], populateOnUse = true } = connection;
  return {
    name,
    endpoint: source.endpoint,
    models,
    populateOnUse,
    test: (model, signal) => testSource(source, model, signal),
  };
}

async function testSource(
  source: ModelSource,
  model: string,
  signal: AbortSignal,
): Promise<ConnectionTest> {
  const startedAt = performance.now();
  const found = (ok: boolean, code: string | null, message: string): ConnectionTest => ({
    ok,
    code,
    message,
    durationMs: Math.round(performance.now() - startedAt),
  });
  const limit = AbortSignal.any([signal, AbortSignal.timeout(TEST_MS)]);
  try {
    const { modelId, commit } = await source.resolve(model, 'main', { signal: limit });
    return found(true, null, `${source.endpoint} answers: ${modelId} is at ${commit.slice(0, 12)}`);
  } catch (error) {
    signal.throwIfAborted();
    if (!isModelkeepError(error)) {
      return found(
        false,
        'source-unavailable',
        `${source.endpoint} gave no answer in ${TEST_MS / 1000} s`,
      );
    }
    return found(false, error.code, error.message);
  }
}
