import { inspect } from 'node:util';
import { type ErrorCode, isModelkeepError, type ModelkeepError } from '@modelkeep/core/spi';
import { expect } from 'vitest';

/** What `call` failed with, thrown or rejected. Fails the test if it succeeded. */
export async function failureOf(call: () => unknown): Promise<unknown> {
  let result: unknown;
  try {
    result = await call();
  } catch (error) {
    return error;
  }
  expect.fail(`expected a failure, got ${inspect(result)}`);
}

/** Expects that `call` fails with a Modelkeep error of that code. */
export async function expectCode(call: () => unknown, code: ErrorCode): Promise<ModelkeepError> {
  const error = await failureOf(call);
  if (!isModelkeepError(error)) expect.fail(`expected ${code}, got ${inspect(error)}`);
  expect(error.code, error.message).toBe(code);
  expect(error.message, 'message').not.toBe('');
  return error;
}

/** Expects that `call` fails with exactly `reason`, as a signal's abort does. */
export async function expectReason(call: () => unknown, reason: unknown): Promise<void> {
  const error = await failureOf(call);
  expect(error === reason, `expected the signal's reason, got ${inspect(error)}`).toBe(true);
}
