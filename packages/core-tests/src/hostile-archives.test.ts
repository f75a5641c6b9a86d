import type { ModelCache } from '@modelkeep/core';
import { isModelkeepError, type ModelkeepError } from '@modelkeep/core/spi';
import {
  type HostileExpectation,
  hostileCases,
  hostileTars,
  hostileZips,
  tarOfMembers,
  zipOfMembers,
} from '@modelkeep/testkit/hostile-archives';
import { bodyOf } from '@modelkeep/testkit/memory';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type Jail, openJail } from './jail.ts';

async function refusal(cache: ModelCache, bytes: Uint8Array): Promise<ModelkeepError> {
  try {
    await cache.importModel({ stream: () => bodyOf(bytes, 10_007) });
  } catch (error) {
    if (isModelkeepError(error)) return error;
    throw error;
  }
  throw new Error('the archive was imported');
}

function check(error: ModelkeepError, expected: HostileExpectation): void {
  const found = { code: error.code, reason: error.details['reason'] };
  expect(found, error.message).toEqual({ code: expected.code, reason: expected.reason });
  expect(error.message).toContain(expected.names ?? '');
  // What to do is a sentence of its own behind what is wrong.
  expect(error.message).toMatch(/[.;] \S/);
  expect(error.message).not.toMatch(/\p{Cc}/u);
  expect(error.message.length).toBeLessThan(1200);
}

describe('hostile archives', () => {
  let jail: Jail;
  let untouched: readonly string[];
  beforeAll(async () => {
    jail = await openJail();
    untouched = await jail.picture();
  });
  afterAll(() => jail[Symbol.asyncDispose]());

  const cases = [
    ...hostileCases().map(({ name, members, expected }) => ({
      name,
      bytes: () => tarOfMembers(members),
      expected,
    })),
    ...hostileTars(),
    ...hostileCases().flatMap(({ name, members, expected }) => {
      const zip = zipOfMembers(members);
      return zip === undefined ? [] : [{ name: `as zip: ${name}`, bytes: () => zip, expected }];
    }),
    ...hostileZips(),
  ];

  it('are many, and each has its own name', () => {
    expect(new Set(cases.map(({ name }) => name)).size).toBe(cases.length);
    expect(cases.length).toBeGreaterThanOrEqual(550);
  });

  it.each(cases)('$name', async ({ bytes, expected }) => {
    check(await refusal(jail.cache, bytes()), expected);
    expect(await jail.picture()).toEqual(untouched);
  });
});
