import { expect, it } from 'vitest';
import { objectError, readBatch } from './lfs-action.ts';

const OWN = { origin: 'https://host.test', authorization: 'Basic abc' };

function batch(...objects: readonly unknown[]): ReturnType<typeof readBatch> {
  return readBatch({ objects }, OWN);
}

it('reads where a content is, until when, and what is sent there', () => {
  const download = { href: 'https://cdn.test/x?sig=1', header: { A: 'b', C: 1 }, expires_in: 3600 };
  const found = batch({ oid: 'a', actions: { download } }).get('a');
  expect(found).toMatchObject({ href: download.href, headers: { A: 'b' } });
  const expiresAt = found !== undefined && 'href' in found ? found.expiresAt : 0;
  expect(expiresAt).toBeGreaterThan(Date.now() + 3_500_000);
  expect(expiresAt).toBeLessThan(Date.now() + 3_600_000);
});

it.each([
  ['another host', 'https://cdn.test/x', {}, false, undefined],
  ['its own host', 'https://host.test/x', {}, false, 'Basic abc'],
  ['its own host, which needs no more', 'https://host.test/x', {}, true, undefined],
  [
    'its own host, with other credentials',
    'https://host.test/x',
    { Authorization: 'B' },
    false,
    undefined,
  ],
])('sends our credentials as they should be to %s', (_, href, header, authenticated, expected) => {
  const found = batch({ oid: 'a', authenticated, actions: { download: { href, header } } }).get(
    'a',
  );
  expect(found).toMatchObject({ headers: { ...header } });
  const headers = found !== undefined && 'href' in found ? found.headers : {};
  expect(headers['authorization']).toBe(expected);
});

it.each([
  [undefined],
  [{}],
  [{ oid: 1 }],
  [{ oid: 'a' }],
  [{ oid: 'a', actions: { download: { href: 'file:///etc/passwd' } } }],
  [{ oid: 'a', actions: { download: { href: 'javascript:1' } } }],
  [{ oid: 'a', actions: { download: { href: '/relative' } } }],
  [{ oid: 'a', actions: { download: null } }],
])('leaves out %j', (object) => {
  expect(batch(object).size).toBe(0);
});

it.each([
  [404, 'file-not-found', false],
  [410, 'file-not-found', false],
  [403, 'access-denied', false],
  [422, 'source-unavailable', false],
  [429, 'rate-limited', true],
  [503, 'source-unavailable', true],
])('%d is %s', (code, expected, retryable) => {
  const answer = batch({ oid: 'a', error: { code, message: 'no\nluck' } }).get('a');
  if (answer === undefined || 'href' in answer) throw new Error('no error');
  const error = objectError({ modelId: 'org/name', path: 'x.bin', host: 'host.test' }, answer);
  expect(error).toMatchObject({ code: expected, retryable });
  expect(error.message).toBe(
    `host.test does not give x.bin of org/name: ${code} (it said: no luck)`,
  );
});
