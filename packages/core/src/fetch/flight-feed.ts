import { open } from 'node:fs/promises';
import type { TakeBuffer } from '../api/hub-view.ts';
import { isRefusal } from '../blobs/is-refusal.ts';
import { ModelkeepError } from '../spi/errors.ts';

/** What a reader sees of a file that is being fetched. */
export interface FlightFeed {
  readonly path: string;
  /** Bytes of the finished file. */
  readonly size: number;
  /** Identity of the content as its source names it. */
  readonly etag: string | undefined;
  /** Settles when the whole content is there and known to be right, or never will be. */
  readonly landed: Promise<void>;
  /** Whether its content is known to be right, and its end may be read before it is in the store. */
  readonly proved: boolean;
  /** Changes when the file begins anew: what was read before may have been wrong. */
  readonly generation: number;
  /** End of the bytes that are there without a gap from `position` on. */
  contiguousEnd(position: number): number;
  /** Brings the bytes at `position` to the front of the line. */
  want(position: number): void;
  /** Resolves when more bytes are there, or the file began anew. */
  changed(): Promise<void>;
}

export interface FeedRange {
  readonly start: number;
  /** The byte after the last one. */
  readonly end: number;
  readonly takeBuffer: TakeBuffer | undefined;
  readonly signal: AbortSignal | undefined;
  /** Bytes at the end of the file that wait until it is proved. Default: {@link TAIL_BYTES}. */
  readonly heldBack?: number;
}

const READ_BYTES = 512 * 1024;
/** A reader gets the end of a file only when its digest is known to be right: a wrong file never arrives whole. */
export const TAIL_BYTES: number = 64 * 1024;

/**
 * Gives a range of a file while it is fetched, as the bytes arrive.
 * The last bytes of the file wait until it is proved; if the flight fails, or the file begins anew, the stream fails.
 */
export async function* readFeed(feed: FlightFeed, range: FeedRange): AsyncGenerator<Uint8Array> {
  let done = false;
  let failure: { readonly error: unknown } | undefined;
  let wake = (): void => {};
  void feed.landed
    .then(
      () => {
        done = true;
      },
      (error: unknown) => {
        failure = { error };
      },
    )
    .finally(() => wake());
  const onAbort = (): void => wake();
  range.signal?.addEventListener('abort', onAbort, { once: true });
  const { generation, size } = feed;
  const { takeBuffer = (bytes: number) => Buffer.allocUnsafeSlow(bytes), heldBack = TAIL_BYTES } =
    range;
  const handle = await open(feed.path, 'r').catch(() => undefined);
  // The flight ended between the look-up and now: its blob is read instead.
  if (handle === undefined) return;
  try {
    let position = range.start;
    while (position < range.end) {
      range.signal?.throwIfAborted();
      if (failure !== undefined && !(feed.proved && isRefusal(failure.error))) throw failure.error;
      const there =
        done || feed.proved ? size : Math.min(feed.contiguousEnd(position), size - heldBack);
      const end = Math.min(there, range.end, position + READ_BYTES);
      if (end > position) {
        const buffer = takeBuffer(end - position);
        const wanted = Math.min(buffer.byteLength, end - position);
        const { bytesRead } = await handle.read(buffer, 0, wanted, position);
        // Looked at after the read: a file that began anew gives zeros where its bytes were.
        if (feed.generation !== generation || bytesRead === 0) throw beganAnew();
        position += bytesRead;
        yield buffer.subarray(0, bytesRead);
      } else {
        if (feed.generation !== generation) throw beganAnew();
        if (feed.contiguousEnd(position) <= position) feed.want(position);
        await new Promise<void>((resolve) => {
          wake = resolve;
          void feed.changed().then(resolve);
        });
      }
    }
  } finally {
    range.signal?.removeEventListener('abort', onAbort);
    await handle.close();
  }
}

function beganAnew(): ModelkeepError {
  return new ModelkeepError(
    'integrity-mismatch',
    'the file began anew at its source while it was read; ask again',
    { retryable: true },
  );
}
