import { expect, it } from 'vitest';
import { answerKey, createAnswerCache } from './answer-cache.ts';

const HIT = { status: 200, headers: { 'X-Modelkeep-Cache': 'hit' } };

it('keeps what came from the cache for a moment', () => {
  const clock = { now: 1000 };
  const cache = createAnswerCache(() => clock.now);
  cache.offer('a', HIT);
  cache.offer('miss', { ...HIT, headers: { 'X-Modelkeep-Cache': 'miss' } });
  cache.offer('stale', { ...HIT, headers: { 'X-Modelkeep-Cache': 'stale' } });
  cache.offer('error', { ...HIT, status: 404 });
  cache.offer('long', { ...HIT, body: 'x'.repeat(1024 * 1024 + 1) });
  expect(cache.get('a')).toBe(HIT);
  for (const key of ['miss', 'stale', 'error', 'long']) expect(cache.get(key)).toBeUndefined();
  clock.now += 249;
  expect(cache.get('a')).toBe(HIT);
  clock.now += 1;
  expect(cache.get('a')).toBeUndefined();
  cache.offer('a', HIT);
  cache.clear();
  expect(cache.get('a')).toBeUndefined();
});

it('keeps no more than it has room for', () => {
  const cache = createAnswerCache(() => 0);
  const body = 'x'.repeat(1024 * 1024);
  for (let index = 0; index < 17; index += 1) cache.offer(String(index), { ...HIT, body });
  expect(cache.get('15')).toBeDefined();
  expect(cache.get('16')).toBeUndefined();
  cache.clear();
  cache.offer('16', { ...HIT, body });
  expect(cache.get('16')).toBeDefined();
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
