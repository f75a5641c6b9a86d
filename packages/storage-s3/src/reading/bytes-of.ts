import { setTimeout as sleep } from 'node:timers/promises';
import type { TakeBuffer } from '@modelkeep/core/spi';
import type { Bucket } from '../bucket.ts';
import { isMissing, isRefusedCondition } from '../errors.ts';
import { ask, type Opened, type Range } from './ask.ts';
import type { Pace } from './pace.ts';

/** Tries without any new byte. */
const ATTEMPTS = 5;
const FIRST_PAUSE_MS = 50;

export interface BytesOptions {
  /** The answer to a first request, where it was sent already. */
  readonly opened?: Opened | undefined;
  readonly takeBuffer?: TakeBuffer | undefined;
  /** A body ended too early: nothing fills any more what was taken for it and not given. */
  readonly onCut?: () => void;
  readonly pace?: Pace | undefined;
  /** After so long an answer whose connection others wait for is given up: not all bytes have come then. Default: never. */
  readonly mostMs?: number;
  readonly signal: AbortSignal;
}

/** The bytes of `range`, asked for again from where a body was cut. */
export async function* bytesOf(
  bucket: Bucket,
  range: Range,
  { opened, takeBuffer, onCut, pace, mostMs = Number.POSITIVE_INFINITY, signal }: BytesOptions,
): AsyncGenerator<Uint8Array, void, undefined> {
  let position = range.start;
  let answer = opened;
  let failures = 0;
  const startedAt = performance.now();
  while (position < range.end) {
    try {
      answer ??= await ask(bucket, { ...range, start: position }, signal);
      let askedAt = performance.now();
      for await (const chunk of answer.chunks(takeBuffer)) {
        const bytes = chunk.subarray(0, range.end - position);
        pace?.note(bytes.byteLength, performance.now() - askedAt);
        position += bytes.byteLength;
        failures = 0;
        yield bytes;
        if (position >= range.end) return;
        askedAt = performance.now();
        if (askedAt - startedAt >= mostMs && answer.othersWait) return;
      }
      throw new Error(`the body ended at byte ${position}`);
    } catch (error) {
      onCut?.();
      signal.throwIfAborted();
      failures += 1;
      if (isRefusedCondition(error) || isMissing(error) || failures >= ATTEMPTS) throw error;
      await sleep(Math.random() * FIRST_PAUSE_MS * 2 ** failures, undefined, { signal });
      answer = undefined;
    }
  }
}
