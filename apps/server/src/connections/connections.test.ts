import { ModelkeepError, type ModelSource } from '@modelkeep/core/spi';
import { memoryModel, memorySource } from '@modelkeep/testkit/memory';
import { expect, it } from 'vitest';
import { testConnection } from './test-connection.ts';
import { healthOf, watchSources } from './watch-sources.ts';

const model = memoryModel('org/name', { 'config.json': '{}', 'model.safetensors': 'weights' });
const signal = new AbortController().signal;

function away(code: 'source-unavailable' | 'rate-limited' | 'model-not-found', more = {}) {
  return new ModelkeepError(code, `that failed: ${code}`, more);
}

it('knows since when a source gives no answer, and when it does again', async () => {
  const original = memorySource({ models: [model] });
  let failure: ModelkeepError | undefined;
  const failing = {
    ...original,
    resolve: (...call: Parameters<typeof original.resolve>) =>
      failure === undefined ? original.resolve(...call) : Promise.reject(failure),
  };
  const [given] = watchSources([{ name: 'a', source: failing, models: ['org/*'] }]);
  if (given === undefined || !('source' in given)) throw new TypeError('no connection');
  const { source } = given;
  expect(given.models).toEqual(['org/*']);
  expect(healthOf(source)).toMatchObject({ lastSuccess: null, staleSince: null });
  await source.resolve('org/name', 'main');
  expect(healthOf(source).lastSuccess).toBeGreaterThan(0);
  failure = away('rate-limited', { retryAfterMs: 60_000 });
  await expect(source.resolve('org/name', 'main')).rejects.toBe(failure);
  const first = healthOf(source);
  expect(first.limitedUntil).toBeGreaterThan(Date.now());
  failure = away('source-unavailable');
  await expect(source.resolve('org/name', 'main')).rejects.toBe(failure);
  expect(healthOf(source)).toMatchObject({
    staleSince: first.staleSince,
    lastError: { code: 'source-unavailable' },
  });
  failure = away('model-not-found');
  await expect(source.resolve('org/name', 'main')).rejects.toBe(failure);
  expect(healthOf(source)).toMatchObject({ staleSince: null, limitedUntil: null });
  expect(healthOf(original)).toMatchObject({ lastSuccess: null });
  expect(source.describe).toBeUndefined();
});

it('leaves a source every ability that it has, and gives it none', async () => {
  const optional = ['listRevisions', 'describe', 'commitObject', 'forward'] as const;
  const { listRevisions: _none, ...bare } = memorySource({ models: [model] });
  const able = { ...bare, ...Object.fromEntries(optional.map((name) => [name, async () => name])) };
  const [watched, without] = watchSources([able, bare]) as [ModelSource, ModelSource];
  for (const name of optional) {
    expect(await (watched[name] as () => Promise<unknown>)()).toBe(name);
    expect(without[name]).toBeUndefined();
  }
});

it('goes the whole way of a download, and takes one byte', async () => {
  const source = memorySource({ models: [model] });
  const found = await testConnection(source, 'org/name', signal);
  expect(found).toMatchObject({ ok: true, code: null, failedHop: null });
  expect(found.hops.map(({ state }) => state)).not.toContain('failed');
  expect(source.openCalls).toHaveLength(1);
  expect(source.openBodies).toBe(0);
});

it.each([
  ['source-unavailable', { hop: 'dns', host: 'hub.test' }, 'dns'],
  ['source-unavailable', { hop: 'connect', host: 'hub.test' }, 'tcp'],
  ['source-unavailable', { hop: 'proxy', host: 'proxy.test' }, 'proxy'],
  ['source-unavailable', { hop: 'tls', host: 'hub.test' }, 'tls'],
  ['source-unavailable', { hop: 'timeout', host: 'hub.test' }, 'hub'],
  ['rate-limited', {}, 'hub'],
  ['gated', {}, 'grant'],
  ['access-denied', {}, 'token'],
] as const)('names the hop of %s %j', async (code, details, hop) => {
  const message = 'hub.test does not accept the access token of a';
  const source = {
    ...memorySource(),
    endpoint: 'https://hub.test',
    resolve: () => Promise.reject(new ModelkeepError(code, message, { details })),
  };
  const found = await testConnection(source, 'org/name', signal);
  expect(found).toMatchObject({ ok: false, code, failedHop: hop, message });
  const at = found.hops.findIndex(({ state }) => state === 'failed');
  expect(found.hops[at]?.hop).toBe(hop);
  expect(found.hops.slice(0, at).every(({ state }) => state === 'ok')).toBe(true);
  expect(found.hops.slice(at + 1).every(({ state }) => state === 'skipped')).toBe(true);
});

it('tells a host of files that is not reached from the hub itself', async () => {
  const source = {
    ...memorySource({ models: [model] }),
    endpoint: 'https://hub.test',
    open: () =>
      Promise.reject(
        new ModelkeepError('source-unavailable', 'cdn.test failed at dns', {
          details: { hop: 'dns', host: 'cdn.test' },
        }),
      ),
  };
  expect(await testConnection(source, 'org/name', signal)).toMatchObject({ failedHop: 'cdn' });
});

it('takes a model that is not there for no fault of the connection', async () => {
  const found = await testConnection(memorySource(), 'org/none', signal);
  expect(found).toMatchObject({ ok: true, code: 'model-not-found', failedHop: null });
  expect(found.hops.find(({ hop }) => hop === 'cdn')?.state).toBe('skipped');
});
