import { inspect } from 'node:util';
import type { ModelSource } from '@modelkeep/core/spi';
import type { Fault } from '@modelkeep/testkit/fake-hub';
import { describe, expect, test } from 'vitest';
import { failure, fakeHub, opener, sourceOf, TOKEN } from '../test/hub.ts';

const files = { 'config.json': '{}', 'model.safetensors': 'weights' };
const OTHER = 'hf_OtherOtherOtherOtherOtherOtherOther99';

describe('who asks for what', () => {
  test.each<[string, string, string, string, RegExp]>([
    [
      'a model that is not there, anonymously',
      'org/none',
      '',
      'model-not-found',
      /no model org\/none, or it is private.*connection "mine" an access token$/,
    ],
    [
      'a model that is not there, with a token',
      'org/none',
      TOKEN,
      'model-not-found',
      /no model org\/none, or the access token of connection "mine"/,
    ],
    ['a private model, anonymously', 'org/private', '', 'model-not-found', /or it is private/],
    [
      'a private model, with a token without the right',
      'org/private',
      OTHER,
      'model-not-found',
      /access token of connection "mine" may not see it/,
    ],
    [
      'a public model with a wrong token',
      'org/public',
      'hf_wrong',
      'access-denied',
      /does not accept the access token of connection "mine"/,
    ],
    [
      'a disabled model',
      'org/disabled',
      '',
      'access-denied',
      /has disabled the model org\/disabled/,
    ],
  ])('%s', async (_, id, accessToken, code, message) => {
    const hub = await fakeHub();
    hub.addToken(TOKEN, { grants: ['org/private'] });
    hub.addToken(OTHER);
    await hub.addModel({ id: 'org/public', files });
    await hub.addModel({ id: 'org/private', files, private: true });
    await hub.addModel({ id: 'org/disabled', files, disabled: true });
    const source = sourceOf(hub, { accessToken, name: 'mine' });
    const error = await failure(resolveAndOpen(source, id));
    expect(error).toMatchObject({
      code,
      retryable: false,
      message: expect.stringMatching(message),
      ...(id === 'org/disabled' ? { details: { disabled: true } } : {}),
    });
    expect(inspect(error, { depth: 9 })).not.toContain(accessToken || 'hf_wrong');
  });

  test('a private model with the right token is given', async () => {
    const hub = await fakeHub();
    hub.addToken(TOKEN, { grants: ['org/private'] });
    await hub.addModel({ id: 'org/private', files, private: true });
    const source = sourceOf(hub, { accessToken: () => TOKEN });
    expect(
      (await (await opener(source, 'org/private', 'model.safetensors')).read()).toString(),
    ).toBe('weights');
    expect((await source.resolve('org/private', 'main')).private).toBe(true);
    expect(hub.cdn.authorizationSeen).toBe(false);
  });

  test('an unknown revision', async () => {
    const hub = await fakeHub();
    await hub.addModel({ id: 'org/name', files });
    expect(await failure(sourceOf(hub).resolve('org/name', 'nope'))).toMatchObject({
      code: 'revision-not-found',
      message: expect.stringContaining('org/name has no revision "nope"'),
    });
  });

  test('an unknown file', async () => {
    const hub = await fakeHub();
    const commit = await hub.addModel({ id: 'org/name', files });
    const file = { path: 'none.txt', size: 1, gitOid: 'a'.repeat(40), lfs: false };
    expect(await failure(sourceOf(hub).open('org/name', commit, file))).toMatchObject({
      code: 'file-not-found',
      message: expect.stringContaining('none.txt'),
      details: { file: 'none.txt', modelId: 'org/name' },
    });
  });

  test.each([
    ['', /ask for access at .*org\/gated, then give connection "mine"/],
    [TOKEN, /account of connection "mine" has no access: ask for it at .*org\/gated/],
  ])('a gated file, token %j', async (accessToken, message) => {
    const hub = await fakeHub();
    hub.addToken(TOKEN);
    await hub.addModel({ id: 'org/gated', files, gated: 'auto' });
    const { read } = await opener(
      sourceOf(hub, { accessToken, name: 'mine' }),
      'org/gated',
      'config.json',
    );
    expect(await failure(read())).toMatchObject({
      code: 'gated',
      retryable: false,
      message: expect.stringMatching(message),
    });
  });
});

describe('an upstream in trouble', () => {
  test.each<[string, Fault, object]>([
    [
      '429 in seconds',
      { kind: 'rate-limit', retryAfter: 7 },
      { code: 'rate-limited', retryable: true, retryAfterMs: 7000 },
    ],
    [
      '429 with RateLimit',
      { kind: 'rate-limit', resetAfter: 55 },
      { code: 'rate-limited', retryable: true, retryAfterMs: 55_000 },
    ],
    [
      '500',
      { kind: 'status', status: 500, message: 'oops' },
      { code: 'source-unavailable', retryable: true, details: { status: 500 } },
    ],
    [
      '503 with a time',
      { kind: 'status', status: 503, headers: { 'Retry-After': '3' } },
      { code: 'source-unavailable', retryable: true, retryAfterMs: 3000 },
    ],
    ['408', { kind: 'status', status: 408 }, { code: 'source-unavailable', retryable: true }],
    [
      'a reset',
      { kind: 'reset' },
      { code: 'source-unavailable', retryable: true, details: { hop: 'reset' } },
    ],
    [
      'silence',
      { kind: 'silence' },
      { code: 'source-unavailable', retryable: true, details: { hop: 'timeout' } },
    ],
    ['a portal', { kind: 'html' }, { code: 'source-unavailable', retryable: true }],
  ])('%s, asked for a model, its files, its revisions and a file', async (_, fault, expected) => {
    const hub = await fakeHub();
    const commit = await hub.addModel({ id: 'org/name', files });
    const source = sourceOf(hub, { stallTimeoutMs: 2000 });
    const { open } = await opener(source, 'org/name', 'model.safetensors');
    hub.faults.add(fault);
    const calls = [
      source.resolve('org/name', 'main'),
      source.listFiles('org/name', commit)[Symbol.asyncIterator]().next(),
      source.listRevisions?.('org/name') ?? Promise.resolve(),
      open(),
    ];
    for (const error of await Promise.all(calls.map(failure)))
      expect(error).toMatchObject(expected);
  });

  test('429 with a date', async () => {
    const hub = await fakeHub();
    hub.faults.add({
      kind: 'rate-limit',
      retryAfter: new Date(Date.now() + 100_000).toUTCString(),
    });
    const error = await failure(sourceOf(hub).resolve('org/name', 'main'));
    expect(error).toMatchObject({ code: 'rate-limited' });
    const { retryAfterMs } = error as { retryAfterMs: number };
    expect(retryAfterMs).toBeGreaterThan(60_000);
    expect(retryAfterMs).toBeLessThanOrEqual(100_000);
  });

  test('after trouble at the CDN the Hub is asked anew', async () => {
    const hub = await fakeHub();
    await hub.addModel({ id: 'org/name', files });
    const { read } = await opener(sourceOf(hub), 'org/name', 'model.safetensors');
    for (const fault of [{ kind: 'status', status: 503 }, { kind: 'reset' }] as const) {
      await read({ end: 2 });
      hub.resetCounters();
      hub.faults.add({ ...fault, match: { origin: 'cdn' }, times: 1 });
      expect(await failure(read({ end: 3 }))).toMatchObject({
        code: 'source-unavailable',
        retryable: true,
        details: { host: new URL(hub.cdn.url).host },
      });
      expect((await read({ end: 3 })).toString()).toBe('wei');
      expect(hub.requests.map(({ origin }) => origin)).toEqual(['cdn', 'hub', 'cdn']);
    }
  });

  test('the host is named when nothing listens there', async () => {
    const hub = await fakeHub();
    const source = sourceOf(hub);
    await hub.stop();
    expect(await failure(source.resolve('org/name', 'main'))).toMatchObject({
      code: 'source-unavailable',
      retryable: true,
      message: expect.stringContaining(new URL(hub.url).host),
      details: { hop: 'connect' },
    });
  });

  test('what the upstream says is passed on, without secrets and control characters, and not at length', async () => {
    const hub = await fakeHub();
    const message = `bad hf_SecretSecretSecret https://h.example/?sig=Canary ${'word '.repeat(300)}`;
    hub.faults.add({
      kind: 'status',
      status: 400,
      message,
      headers: { 'X-Error-Message': `${message}\u009b31m` },
    });
    const error = (await failure(
      sourceOf(hub, { accessToken: TOKEN }).resolve('org/name', 'main'),
    )) as Error;
    expect(error.message).toContain('it said: bad');
    expect(error.message).not.toMatch(/Secret|Canary|\u009b/);
    expect(error.message.length).toBeLessThan(500);
  });
});

async function resolveAndOpen(source: ModelSource, id: string): Promise<unknown> {
  const { read } = await opener(source, id, 'config.json');
  return read();
}
