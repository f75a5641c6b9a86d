import { expect } from 'vitest';

/** Expects the same bytes; says where they part, as a difference of thousands of bytes helps nobody. */
export function expectBytes(actual: Uint8Array, expected: Uint8Array, what = 'bytes'): void {
  if (Buffer.compare(actual, expected) === 0) return;
  const index = expected.findIndex((byte, position) => actual[position] !== byte);
  const place = index === -1 ? expected.length : index;
  expect.fail(
    `${what}: ${actual.length} bytes where ${expected.length} were expected, other from ${place} on`,
  );
}
