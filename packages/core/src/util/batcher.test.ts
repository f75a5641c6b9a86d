import { setTimeout as wait } from 'node:timers/promises';
import { describe, expect, it, vi } from 'vitest';
import { createBatcher } from './batcher.ts';

/** A batcher that doubles numbers, and the batches that it ran. */
function doubling(options?: Parameters<typeof createBatcher>[1]): {
  readonly double: (item: number) => Promise<number>;
  readonly batches: number[][];
} {
  const batches: number[][] = [];
  const double = createBatcher<number, number>(async (items) => {
    batches.push([...items]);
    await wait(1);
    return items.map((item) => item * 2);
  }, options);
  return { double, batches };
}

describe('createBatcher', () => {
  it('joins what is asked for in one turn, and what comes while a batch is under way', async () => {
    const { double, batches } = doubling();
    const first = [double(1), double(2)];
    await new Promise(setImmediate);
    await new Promise(setImmediate);
    const second = [double(3), double(4)];
    expect(await Promise.all([...first, ...second])).toEqual([2, 4, 6, 8]);
    expect(batches).toEqual([
      [1, 2],
      [3, 4],
    ]);
  });

  it('joins what comes soon after a batch has ended', async () => {
    // By this clock all of it is soon, however slow the machine is.
    vi.spyOn(performance, 'now').mockReturnValue(1000);
    const { double, batches } = doubling({ intervalMs: 300 });
    expect(await double(1)).toBe(2);
    const later = [double(2)];
    await wait(5);
    later.push(double(3));
    expect(await Promise.all(later)).toEqual([4, 6]);
    expect(batches).toEqual([[1], [2, 3]]);
  });

  it('keeps batches to the limit, and does not make a full one wait', async () => {
    const { double, batches } = doubling({ limit: 2, intervalMs: 60_000 });
    expect(await Promise.all([1, 2, 3, 4].map(double))).toEqual([2, 4, 6, 8]);
    expect(batches).toEqual([
      [1, 2],
      [3, 4],
    ]);
  });

  it('fails the calls of a failed batch only', async () => {
    const flaky = createBatcher<number, number>(async (items) => {
      if (items.includes(1)) throw new Error('refused');
      return items;
    });
    await expect(Promise.all([flaky(1), flaky(2)])).rejects.toThrow('refused');
    expect(await flaky(3)).toBe(3);
  });
});
