import type { CachedModel } from '@modelkeep/core';
import { expect, it } from 'vitest';
import { createModelIndex, licenseOf } from './model-index.ts';

const ada = { name: 'ada', role: 'admin' } as const;
const uma = { name: 'uma', role: 'user' } as const;

function bench() {
  const stored: string[] = ['hf@a'];
  const state = { reads: 0, now: 0, broken: false, pause: Promise.resolve() };
  const index = createModelIndex(
    {
      async *listModels({ user } = {}) {
        state.reads++;
        await state.pause;
        if (state.broken) throw new Error('the store is away');
        for (const key of stored) {
          if (user?.role === 'admin' || key !== 'hf@hidden') {
            yield { key, metadata: { tags: ['license:mit', 5] } } as unknown as CachedModel;
          }
        }
      },
    },
    () => state.now,
  );
  const keys = async (user: typeof ada | typeof uma = ada): Promise<string[]> =>
    (await index.list(user)).map(({ model }) => model.key);
  return { stored, state, index, keys };
}

it('reads the store once for many who ask, and after a change', async () => {
  const { stored, state, index, keys } = bench();
  await Promise.all(Array.from({ length: 10 }, () => keys()));
  expect(state.reads).toBe(1);
  stored.push('hf@b');
  expect(await keys()).toEqual(['hf@a']);
  index.expire();
  expect(await keys()).toEqual(['hf@a', 'hf@b']);
});

it('gives what it has while reading takes long, but nothing that is old', async () => {
  const { stored, state, keys } = bench();
  await keys();
  stored.push('hf@b');
  state.now = 3000;
  expect(await keys()).toEqual(['hf@a', 'hf@b']);
  stored.push('hf@c');
  state.now = 6000;
  const { promise, resolve } = Promise.withResolvers<void>();
  state.pause = promise;
  expect(await keys()).toEqual(['hf@a', 'hf@b']);
  state.now = 100_000;
  const late = keys();
  resolve();
  expect(await late).toEqual(['hf@a', 'hf@b', 'hf@c']);
  expect(state.reads).toBe(3);
});

it('gives what it has when the store is away', async () => {
  const { state, keys } = bench();
  await keys();
  state.now = 3000;
  state.broken = true;
  expect(await keys()).toEqual(['hf@a']);
});

it('does not keep what was changed while it was read', async () => {
  const { stored, index, keys } = bench();
  const before = keys();
  stored.push('hf@b');
  index.expire();
  await before;
  expect(await keys()).toEqual(['hf@a', 'hf@b']);
});

it('keeps apart what admins and users may see, and tries again after a failure', async () => {
  const { stored, state, index, keys } = bench();
  stored.push('hf@hidden');
  expect(await keys(ada)).toEqual(['hf@a', 'hf@hidden']);
  expect(await keys(uma)).toEqual(['hf@a']);
  index.expire();
  state.broken = true;
  await expect(keys()).rejects.toThrow('away');
  state.broken = false;
  expect(await keys()).toHaveLength(2);
});

it('finds a license among tags of any kind', () => {
  expect(licenseOf([5, 'en', 'license:mit'])).toBe('mit');
  expect(licenseOf(null)).toBeUndefined();
});
