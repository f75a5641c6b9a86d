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

interface Times {
  /** Until the store has brought another MiB. */
  readonly storeMs: number;
  /** Until the reader has taken it. */
  readonly readerMs: number;
}

interface Requests {
  /** Mebibytes that each asked for. */
  readonly asked: readonly number[];
  /** Under way at once. */
  readonly most: number;
}

/** The requests for an object of `size` bytes. */
async function requestsFor(size: number, { storeMs, readerMs }: Times): Promise<Requests> {
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
    ahead: new Budget(24 * MIB),
    pieces: new PieceBuffers(8 * MIB, 3),
  } as unknown as Bucket;
  const whole: Range = { key: 'k', start: 0, end: size, etag: undefined };
  const first = await ask(bucket, { ...whole, end: Math.min(size, 8 * MIB) }, signal);
  let bytes = 0;
  for await (const chunk of pieces(bucket, whole, first, undefined, signal)) {
    bytes += chunk.byteLength;
    vi.advanceTimersByTime((readerMs * chunk.byteLength) / MIB);
  }
  expect(bytes).toBe(size);
  return { asked, most };
}

it('asks for more and more where the store and the reader are fast', async () => {
  const { asked } = await requestsFor(1024 * MIB, { storeMs: 0.25, readerMs: 0.25 });
  expect(asked).toEqual([8, 64, 512, 440]);
});

it('asks for what a reader takes in a second', async () => {
  const { asked } = await requestsFor(128 * MIB, { storeMs: 1, readerMs: 24 });
  expect(asked).toEqual([8, 40, 40, 40]);
});

it('asks for no less than a piece, however slow the reader is', async () => {
  const { asked } = await requestsFor(24 * MIB, { storeMs: 1, readerMs: 1000 });
  expect(asked).toEqual([8, 8, 8]);
});

it('asks for pieces side by side where the store is slow', async () => {
  const { asked, most } = await requestsFor(64 * MIB, { storeMs: 20, readerMs: 1 });
  expect(asked).toEqual([8, 8, 8, 8, 8, 8, 8, 8]);
  expect(most).toBe(4);
});

it('asks for one after the other where the reader is slower than a slow store', async () => {
  const { most } = await requestsFor(64 * MIB, { storeMs: 20, readerMs: 100 });
  expect(most).toBe(1);
});
