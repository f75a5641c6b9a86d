import { setTimeout as sleep } from 'node:timers/promises';
import { ModelkeepError } from '@modelkeep/core/spi';

/** What goes wrong with one call of `open`. Offsets in the body count from its first byte. */
export interface OpenFault {
  /** The call rejects with it. */
  readonly error?: Error;
  /** Milliseconds before the call answers. */
  readonly delayMs?: number;
  /** The body just ends after so many bytes. */
  readonly cutAfter?: number;
  /** The body fails with a retryable `source-unavailable` after so many bytes. */
  readonly breakAfter?: number;
  /** The body gives nothing more after so many bytes, until the call is aborted. */
  readonly stallAfter?: number;
  /** The body gives nothing more after so many bytes, until the promise is fulfilled or the call is aborted. */
  readonly hold?: { readonly after: number; readonly until: Promise<void> };
  /** This byte of the file is wrong. */
  readonly corruptAt?: number;
  /** The identity that the answer claims. */
  readonly etag?: string;
  /** The whole file comes, whatever the range. */
  readonly ignoreRange?: boolean;
  /** Wait after each chunk, milliseconds. */
  readonly chunkDelayMs?: number;
}

export interface BodyPlan {
  readonly path: string;
  readonly content: Uint8Array;
  readonly start: number;
  readonly end: number;
  readonly chunkSize: number;
  readonly fault: OpenFault;
  readonly signal: AbortSignal | undefined;
  readonly onChunk: (bytes: number) => void;
  readonly onEnd: () => void;
}

/** The bytes of one answer, with the fault that was asked for. */
export async function* faultyBody(plan: BodyPlan): AsyncGenerator<Uint8Array, void, undefined> {
  const { content, start, fault, signal } = plan;
  const stops = [fault.cutAfter, fault.breakAfter, fault.stallAfter].filter((n) => n !== undefined);
  const last = Math.min(plan.end, start + Math.min(...stops, Number.POSITIVE_INFINITY));
  try {
    for (let position = start; position < last; position += plan.chunkSize) {
      signal?.throwIfAborted();
      if (fault.hold !== undefined && position - start >= fault.hold.after) {
        await abortOr(fault.hold.until, signal);
      }
      // A copy: `slice` of a Buffer would share the model's own bytes, and damage them for good.
      const chunk = new Uint8Array(
        content.subarray(position, Math.min(position + plan.chunkSize, last)),
      );
      damage(chunk, fault.corruptAt === undefined ? -1 : fault.corruptAt - position);
      plan.onChunk(chunk.length);
      yield chunk;
      if (fault.chunkDelayMs !== undefined) await pause(fault.chunkDelayMs, signal);
    }
    signal?.throwIfAborted();
    if (last < plan.end && fault.cutAfter === undefined) await failOf(plan);
  } finally {
    plan.onEnd();
  }
}

/** Waits; an abort ends it with the signal's own reason. */
export async function pause(ms: number, signal: AbortSignal | undefined): Promise<void> {
  await sleep(ms, undefined, signal === undefined ? {} : { signal }).catch((error: unknown) => {
    signal?.throwIfAborted();
    throw error;
  });
}

/** Waits; an abort ends it with the signal's own reason. */
async function abortOr(until: Promise<void>, signal: AbortSignal | undefined): Promise<void> {
  const aborted = Promise.withResolvers<void>();
  const onAbort = (): void => aborted.resolve();
  if (signal?.aborted === true) onAbort();
  signal?.addEventListener('abort', onAbort, { once: true });
  try {
    await Promise.race([until, aborted.promise]);
  } finally {
    signal?.removeEventListener('abort', onAbort);
  }
  signal?.throwIfAborted();
}

async function failOf({ path, fault, signal }: BodyPlan): Promise<void> {
  if (fault.stallAfter !== undefined) await abortOr(new Promise(() => {}), signal);
  const message = `The connection to memory.test broke while it gave ${path}`;
  throw new ModelkeepError('source-unavailable', message, { retryable: true });
}

function damage(chunk: Uint8Array, index: number): void {
  const byte = chunk[index];
  if (byte !== undefined) chunk[index] = byte ^ 0xff;
}
