import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import type { Bucket } from '../bucket.ts';
import { Budget } from '../budget.ts';
import { ask, type Range } from './ask.ts';
import { PieceBuffers } from './piece-buffers.ts';
import { pieces } from './pieces.ts';

const MIB = 1024 * 1024;
const CHUNK = MIB / 4;
const { signal } = new AbortController();

/** As the SDK's. */
class GetObjectCommand {
  readonly input: object;

  constructor(input: object) {
    this.input = input;
  }
}

beforeEach(() => vi.useFakeTimers({ toFake: ['performance'] }));
afterEach(() => vi.useRealTimers());

interface Scene {
  /** Until the store has brought another MiB. */
  readonly storeMs: number;
  /** Until the reader has taken it. */
  readonly readerMs: number;
  /** Whether others wait for the connection. */
  readonly othersWait?: boolean;
  /** Memory for pieces. */
  readonly aheadBytes?: number;
}

interface Requests {
  /** Mebibytes that each asked for. */
  readonly asked: readonly number[];
  /** Under way at once. */
  readonly most: number;
}

/** The requests for an object of `size` bytes. */
async function requestsFor(
  size: number,
  { storeMs, readerMs, othersWait = false, aheadBytes = 24 * MIB }: Scene,
): Promise<Requests> {
  const asked: number[] = [];
  let underWay = 0;
  let most = 0;
  async function* body(bytes: number): AsyncGenerator<Uint8Array> {
    try {
      for (let left = bytes; left > 0; left -= CHUNK) {
        vi.advanceTimersByTime(storeMs / 4);
        yield new Uint8Array(Math.min(left, CHUNK));
      }
    } finally {
      underWay -= 1;
    }
  }
  const send = (command: { readonly input: { readonly Range: string } }): object => {
    const [first = 0, last = 0] = command.input.Range.slice('bytes='.length).split('-').map(Number);
    underWay += 1;
    most = Math.max(most, underWay);
    asked.push((last + 1 - first) / MIB);
    return { Body: body(last + 1 - first), ContentRange: `bytes ${first}-${last}/${size}` };
  };
  const bucket = {
    sdk: { GetObjectCommand },
    client: { send },
    settings: { bucket: 'b', prefix: '' },
    ahead: new Budget(aheadBytes),
    pieces: new PieceBuffers(8 * MIB, 3),
  } as unknown as Bucket;
  const whole: Range = { key: 'k', start: 0, end: size, etag: undefined };
  const first = { ...(await ask(bucket, whole, signal)), othersWait };
  let bytes = 0;
  for await (const chunk of pieces(bucket, whole, first, undefined, signal)) {
    bytes += chunk.byteLength;
    vi.advanceTimersByTime((readerMs * chunk.byteLength) / MIB);
  }
  expect(bytes).toBe(size);
  return { asked, most };
}

it('asks once for all, however slow the reader is', async () => {
  const fast = await requestsFor(1024 * MIB, { storeMs: 0.25, readerMs: 0.25 });
  expect(fast.asked).toEqual([1024]);
  const slow = await requestsFor(24 * MIB, { storeMs: 1, readerMs: 1000 });
  expect(slow.asked).toEqual([24]);
});

it('asks for what a reader takes in a second where others wait', async () => {
  const scene = { storeMs: 1, readerMs: 24, othersWait: true };
  const { asked } = await requestsFor(128 * MIB, scene);
  expect(asked).toEqual([128, 40, 40, 8]);
});

it('asks for no less than a piece, however slow the reader is', async () => {
  const scene = { storeMs: 1, readerMs: 999, othersWait: true };
  const { asked } = await requestsFor(25 * MIB, scene);
  expect(asked).toEqual([25, 8, 8, 8]);
});

it('asks once where all is read before a second is over, whoever waits', async () => {
  const { asked } = await requestsFor(64 * MIB, { storeMs: 1, readerMs: 1, othersWait: true });
  expect(asked).toEqual([64]);
});

it('asks for pieces side by side where the store is slow', async () => {
  const { asked, most } = await requestsFor(64 * MIB, { storeMs: 20, readerMs: 1 });
  expect(asked).toEqual([64, 8, 8, 8, 8, 8, 8, 7]);
  expect(most).toBe(4);
});

it('asks for nothing twice where a store is slow and others wait', async () => {
  const scene = { storeMs: 200, readerMs: 1, othersWait: true };
  const { asked } = await requestsFor(64 * MIB, scene);
  // The first one is given up after 1.5 MiB; from there it is 7.5 to the pieces under way, which begin at 9.
  expect(asked).toEqual([64, 8, 8, 8, 7.5, 8, 8, 8, 7]);
});

it('reads on where a store is slow and no memory is left for more', async () => {
  const { asked } = await requestsFor(64 * MIB, { storeMs: 20, readerMs: 1, aheadBytes: 0 });
  expect(asked).toEqual([64]);
});

it('asks for one after the other where the reader is slower than a slow store', async () => {
  const { most } = await requestsFor(64 * MIB, { storeMs: 20, readerMs: 100 });
  expect(most).toBe(1);
});
