import type { Origin } from '@modelkeep/core';
import type { Headers } from './hub-answer.ts';

export interface Freshness {
  readonly origin: Origin;
  /** Milliseconds since the source was asked last. */
  readonly ageMs?: number;
}

/** Where an answer came from, and how old it is when its source could not be asked. */
export function originHeaders({ origin, ageMs }: Freshness): Headers {
  const marker = { 'X-Modelkeep-Cache': origin };
  return origin === 'stale' && ageMs !== undefined
    ? { ...marker, Age: String(Math.max(0, Math.floor(ageMs / 1000))) }
    : marker;
}

const COMMIT = /^[0-9a-f]{40}$/;

/** A commit never changes; a branch may at any time. Never for caches that several people share. */
export function keepingHeaders(revision: string): Headers {
  return {
    'Cache-Control': COMMIT.test(revision)
      ? 'private, max-age=31536000, immutable, no-transform'
      : 'private, no-cache, no-transform',
  };
}
