import { describe, expect, test } from 'vitest';
import { freeChunk } from './free-chunk.ts';

describe('freeing a chunk', () => {
  test('gives back memory that is all its own', () => {
    const chunk = new Uint8Array(64 * 1024);
    const { buffer } = chunk;
    freeChunk(chunk);
    expect(buffer.detached).toBe(true);
    freeChunk(chunk);
  });

  test('leaves memory in which other chunks may lie', () => {
    const buffer = new ArrayBuffer(64 * 1024);
    freeChunk(new Uint8Array(buffer, 0, 32 * 1024));
    freeChunk(new Uint8Array(buffer, 1));
    expect(buffer.detached).toBe(false);
  });

  test('leaves what is small, and what is shared between threads', () => {
    const small = new Uint8Array(0);
    freeChunk(small);
    expect(small.buffer.detached).toBe(false);
    freeChunk(new Uint8Array(new SharedArrayBuffer(64 * 1024)));
  });
});
