import { setImmediate } from 'node:timers/promises';
import { expect, it } from 'vitest';
import type { Answer } from './answer.ts';
import { type AnswerCache, answerKey, createAnswerCache } from './answer-cache.ts';

const HIT = { status: 200, headers: { 'X-Modelkeep-Cache': 'hit' } };

const MADE = { status: 200, headers: {} };

/** Asks a cache, and says whether the answer was kept. */
async function isKept(cache: AnswerCache, key: string): Promise<boolean> {
  return (await cache.answer(key, async () => MADE)) !== MADE;
}

it('keeps what came from the cache for a moment', async () => {
  const clock = { now: 1000 };
  const cache = createAnswerCache(() => clock.now);
  const offer = (key: string, answer: Answer): Promise<Answer> =>
    cache.answer(key, async () => answer);
  await offer('a', HIT);
  await offer('miss', { ...HIT, headers: { 'X-Modelkeep-Cache': 'miss' } });
  await offer('stale', { ...HIT, headers: { 'X-Modelkeep-Cache': 'stale' } });
  await offer('error', { ...HIT, status: 404 });
  await offer('long', { ...HIT, body: 'x'.repeat(1024 * 1024 + 1) });
  expect(await offer('a', MADE)).toBe(HIT);
  for (const key of ['miss', 'stale', 'error', 'long'])
    expect(await isKept(cache, key)).toBe(false);
  clock.now += 249;
  expect(await isKept(cache, 'a')).toBe(true);
  clock.now += 1;
  expect(await isKept(cache, 'a')).toBe(false);
  await offer('a', HIT);
  cache.clear();
  expect(await isKept(cache, 'a')).toBe(false);
});

it('keeps no more than it has room for, counted in bytes', async () => {
  const cache = createAnswerCache(() => 0);
  const make = async (): Promise<Answer> => ({ ...HIT, body: 'é'.repeat(512 * 1024) });
  for (let index = 0; index < 17; index += 1) await cache.answer(String(index), make);
  expect(await isKept(cache, '15')).toBe(true);
  expect(await isKept(cache, '16')).toBe(false);
  cache.clear();
  await cache.answer('16', make);
  expect(await isKept(cache, '16')).toBe(true);
});

it('lets one make what many ask for at once', async () => {
  const cache = createAnswerCache(() => 0);
  let made = 0;
  const make = async (): Promise<Answer> => {
    made += 1;
    await setImmediate();
    return { ...HIT, body: 'a page' };
  };
  const answers = await Promise.all(Array.from({ length: 5 }, () => cache.answer('a', make)));
  expect(made).toBe(1);
  expect(answers.map(({ body }) => String(body))).toEqual(
    Array.from({ length: 5 }, () => 'a page'),
  );
});

it('waits neither for one that fails nor for one that hangs', async () => {
  const cache = createAnswerCache(() => 0);
  const failing = cache.answer('a', () => Promise.reject(new Error('gone')));
  const other = cache.answer('a', async () => HIT);
  await expect(failing).rejects.toThrow('gone');
  expect(await other).toBe(HIT);
  void cache.answer('b', () => new Promise(() => {}));
  expect(await cache.answer('b', async () => HIT)).toBe(HIT);
});

it('never gives one user what another may read', () => {
  const key = (name: string, role: 'admin' | 'user'): string | undefined =>
    answerKey('GET', '/api/models/a', 'http://localhost', {}, { name, role });
  expect(new Set([key('ada', 'user'), key('ada', 'admin'), key('bob', 'user')]).size).toBe(3);
  expect(answerKey('GET', '/a', '', {}, undefined)).not.toBe(key('', 'user'));
});

it.each([{ range: 'bytes=0-0' }, { 'if-none-match': '"a"' }, { origin: 'https://a.example' }])(
  'keeps nothing of a request with %j',
  (headers) => {
    expect(answerKey('GET', '/a', '', headers, undefined)).toBeUndefined();
  },
);
