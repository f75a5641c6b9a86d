import type { Connection } from '@modelkeep/core';
import type { ModelSource } from '@modelkeep/core/spi';
import { type ConnectionTest, testConnection } from './test-connection.ts';
import { healthOf, type SourceHealth } from './watch-sources.ts';

/** A connection as it is shown: without its token. */
export interface ConnectionFacts {
  readonly name: string;
  readonly endpoint: string | undefined;
  readonly models: readonly string[];
  readonly populateOnUse: boolean;
  health(): SourceHealth;
  /** Asks the upstream for a model. */
  test(model: string, signal: AbortSignal): Promise<ConnectionTest>;
}

export function connectionFacts(given: ModelSource | Connection): ConnectionFacts {
  const connection: Connection = 'source' in given ? given : { name: given.name, source: given };
  const { name, source, models = ['**'], populateOnUse = true } = connection;
  return {
    name,
    endpoint: source.endpoint,
    models,
    populateOnUse,
    health: () => healthOf(source),
    test: (model, signal) => testConnection(source, model, signal),
  };
}
