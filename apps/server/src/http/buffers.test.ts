import { expect, it } from 'vitest';
import { createBufferPool } from './buffers.ts';

const SIZES = [
  { bytes: 1, most: 1 },
  { bytes: 10, most: 2 },
  { bytes: 100, most: 1 },
];

it('gives the first readers large buffers, and later ones smaller ones, without an end', () => {
  const pool = createBufferPool(SIZES);
  const taken = Array.from({ length: 6 }, () => pool.take(1000).byteLength);
  expect(taken).toEqual([100, 10, 10, 1, 1, 1]);
});

it('gives no larger one than is needed', () => {
  const pool = createBufferPool(SIZES);
  expect(pool.take(11).byteLength).toBe(100);
  expect(pool.take(10).byteLength).toBe(10);
  expect(pool.take(1).byteLength).toBe(1);
});

it('gives a buffer again that came back, and makes another for one that is left', () => {
  const pool = createBufferPool(SIZES);
  const large = pool.take(100);
  pool.giveBack(large);
  expect(pool.take(100)).toBe(large);
  pool.leave(large);
  const another = pool.take(100);
  expect(another).not.toBe(large);
  expect(another.byteLength).toBe(100);
});

it('keeps no more small ones than it says', () => {
  const pool = createBufferPool(SIZES);
  const [first, second] = [pool.take(1), pool.take(1)];
  pool.giveBack(first);
  pool.giveBack(second);
  expect(pool.take(1)).toBe(first);
  expect(pool.take(1)).not.toBe(second);
});
