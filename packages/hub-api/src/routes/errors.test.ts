import type { ErrorCode } from '@modelkeep/core/spi';
import { expect, it } from 'vitest';
import { asking } from '../../test/ask.ts';
import { COMMIT, FakeView, failure } from '../../test/fake-view.ts';

const TOKEN = { headers: { authorization: 'Bearer hf_x' } };
const FILE = '/org/name/resolve/main/a.txt';

function failing(error: FakeView['failure']): FakeView {
  const view = new FakeView().add({ id: 'org/name', files: { 'a.txt': 'a' } });
  view.failure = error;
  return view;
}

const TABLE: readonly (readonly [
  ErrorCode,
  number,
  number,
  string | undefined,
  string | undefined,
])[] = [
  // code, status to somebody unknown and with a token, X-Error-Code, Retry-After
  ['model-not-found', 401, 404, 'RepoNotFound', undefined],
  ['revision-not-found', 404, 404, 'RevisionNotFound', undefined],
  ['file-not-found', 404, 404, 'EntryNotFound', undefined],
  ['gated', 401, 403, 'GatedRepo', undefined],
  ['access-denied', 403, 403, 'GatedRepo', undefined],
  ['not-enabled', 403, 403, 'GatedRepo', undefined],
  ['rate-limited', 429, 429, undefined, '10'],
  ['source-unavailable', 503, 503, undefined, '10'],
  ['offline', 503, 503, undefined, '300'],
  ['model-not-cached', 503, 503, undefined, '300'],
  ['conflict', 503, 503, undefined, '10'],
  ['integrity-mismatch', 502, 502, undefined, undefined],
  ['no-space', 507, 507, undefined, undefined],
  ['storage-failed', 500, 500, undefined, undefined],
  ['store-incompatible', 500, 500, undefined, undefined],
  ['config-invalid', 500, 500, undefined, undefined],
  ['object-not-found', 500, 500, undefined, undefined],
  ['unsupported', 500, 500, undefined, undefined],
];

it.each(TABLE)('%s', async (code, anonymous, known, errorCode, retryAfter) => {
  const seen: unknown[] = [];
  const error = failure(code);
  const { ask } = asking(failing(error), { onError: (each) => seen.push(each) });
  const without = await ask(FILE);
  const told = await ask(FILE, TOKEN);
  expect([without.status, told.status]).toEqual([anonymous, known]);
  expect(told.headers['x-error-code']).toBe(errorCode);
  expect(without.headers['x-error-code']).toBe(errorCode);
  expect(told.headers['retry-after']).toBe(retryAfter);
  expect(told.headers['x-error-message']).toBe(`what went wrong: ${code}`);
  expect(without.headers['www-authenticate'] !== undefined).toBe(anonymous === 401);
  expect(told.headers['cache-control']).toBe('no-store');
  expect(told.headers['x-modelkeep-cache']).toBe(known === 404 ? 'hit' : 'miss');
  const isOurs = known >= 500 && known !== 503;
  expect(seen).toEqual(isOurs ? [error, error] : []);
});

it('words an error for the place it comes from', async () => {
  const { ask } = asking(failing(failure('source-unavailable')));
  const api = await ask('/api/models/org/name');
  expect(api.json()).toEqual({ error: 'what went wrong: source-unavailable' });
  const file = await ask(FILE);
  expect([file.headers['content-type'], file.body]).toEqual([
    'text/plain; charset=utf-8',
    'what went wrong: source-unavailable',
  ]);
  const page = await ask('/org/name');
  expect(page.headers['content-type']).toBe('text/html; charset=utf-8');
  expect(page.body).toContain('<p>what went wrong: source-unavailable</p>');
});

it('keeps a message in one line of ASCII in the header, and whole in the body', async () => {
  const error = failure('source-unavailable');
  error.message = 'näme\r\nSet-Cookie: x=<b>1</b> 中文';
  const { ask } = asking(failing(error));
  const told = await ask('/api/models/org/name');
  expect(told.headers['x-error-message']).toBe('n?me Set-Cookie: x=<b>1</b> ?');
  expect(told.headers['set-cookie']).toBeUndefined();
  expect(told.json()['error']).toBe(error.message);
  expect((await ask('/org/name')).body).toContain('&lt;b&gt;1&lt;/b&gt;');
});

it('tells how long to wait, and of which commit it speaks', async () => {
  const wait = asking(failing(failure('rate-limited', { retryable: true, retryAfterMs: 54_001 })));
  expect((await wait.ask(FILE)).headers['retry-after']).toBe('55');
  const absent = asking(failing(failure('file-not-found', { details: { commit: COMMIT } })));
  expect((await absent.ask(FILE)).headers['x-repo-commit']).toBe(COMMIT);
});

it('says in the words of the Hub that a model is disabled', async () => {
  const { ask } = asking(failing(failure('access-denied', { details: { disabled: true } })));
  const told = await ask(FILE, TOKEN);
  expect([told.status, told.headers['x-error-message']]).toEqual([
    403,
    'Access to this resource is disabled.',
  ]);
});

it('hides what it did not expect, and tells the server of it', async () => {
  const seen: unknown[] = [];
  const view = failing(undefined);
  const secret = new TypeError('/home/secret is not a function');
  view.revision = () => Promise.reject(secret);
  const { ask } = asking(view, { onError: (error) => seen.push(error) });
  const told = await ask('/api/models/org/name');
  expect(told.status).toBe(500);
  expect(JSON.stringify(told)).not.toContain('secret');
  expect(seen).toEqual([secret]);
});

it('marks what is stale with its age', async () => {
  const view = failing(undefined);
  view.origin = 'stale';
  view.ageMs = 61_900;
  const { ask } = asking(view);
  for (const path of [
    '/api/models/org/name',
    '/api/models/org/name/tree/main',
    FILE,
    '/org/name',
  ]) {
    const { headers } = await ask(path);
    expect([headers['x-modelkeep-cache'], headers['age']], path).toEqual(['stale', '61']);
  }
  view.origin = 'miss';
  const { headers } = await ask(FILE);
  expect([headers['x-modelkeep-cache'], headers['age']]).toEqual(['miss', undefined]);
});
