import { expect, it } from 'vitest';
import { LentMemory } from './lent-memory.ts';

it('is given again where nothing came into it, and never where the reader has it', () => {
  const taken: number[] = [];
  const memory = new LentMemory((bytes) => {
    taken.push(bytes);
    return Buffer.alloc(4);
  });
  const first = memory.take(10);
  const second = memory.take(6);
  memory.give(first.subarray(0, 3));
  expect(memory.take(2), 'one that may still be filled').not.toBe(second);
  memory.reclaim();
  const again = [memory.take(7), memory.take(7)];
  expect(again).toContain(second);
  expect(again.includes(first)).toBe(false);
  memory.take(1);
  expect(taken).toEqual([10, 6, 2, 1]);
});
