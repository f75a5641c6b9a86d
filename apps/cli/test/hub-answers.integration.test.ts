import { createServer, type IncomingHttpHeaders } from 'node:http';
import type { AddressInfo } from 'node:net';
import { type FakeHub, startFakeHub } from '@modelkeep/testkit/fake-hub';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { ON_OTHER_BACKENDS } from './support/chosen-store.ts';
import { expectFiles, type ModelFiles, madeUpBytes } from './support/model-files.ts';
import { errorOf, expectNoSecrets, pullBench, TOKEN } from './support/pulls.ts';

const MIB = 2 ** 20;
const FILES: ModelFiles = {
  'config.json': '{"a":1}',
  'model.safetensors': madeUpBytes('weights', 4 * MIB),
  'other.safetensors': madeUpBytes('other weights', 2 * MIB),
};
const OTHER_TOKEN = 'hf_OtherOtherOtherOtherOtherOther0123';

let hub: FakeHub;
let commit = '';

beforeAll(async () => {
  hub = await startFakeHub();
});
beforeEach(async () => {
  hub.faults.clear();
  hub.removeToken(TOKEN);
  commit = await hub.addModel({ id: 'org/model', files: FILES, gitTags: ['v1.0'] });
  hub.addToken(TOKEN, { grants: ['org/granted'] });
  hub.resetCounters();
});
afterAll(() => hub[Symbol.asyncDispose]());

describe.skipIf(ON_OTHER_BACKENDS)('who may have a model', () => {
  const files = { 'config.json': '{}', 'model.safetensors': madeUpBytes('w', 10_000) };
  beforeAll(async () => {
    await hub.addModel({ id: 'org/gated', files, gated: 'manual' });
    await hub.addModel({ id: 'org/private', files, private: true });
    await hub.addModel({ id: 'org/disabled', files, disabled: true });
    await hub.addModel({ id: 'org/granted', files, private: true, gated: 'auto' });
  });

  it.each([
    [
      'gated, without a token',
      'org/gated',
      '',
      'gated',
      4,
      ['gated', 'ask for access at', 'token'],
    ],
    ['gated, without a grant', 'org/gated', TOKEN, 'gated', 4, ['has no access', '/org/gated']],
    ['private, without a token', 'org/private', '', 'model-not-found', 1, ['or it is private']],
    ['private, without a grant', 'org/private', TOKEN, 'model-not-found', 1, ['may not see it']],
    [
      'absent, without a token',
      'org/absent',
      '',
      'model-not-found',
      1,
      ['has no model org/absent'],
    ],
    ['absent', 'org/absent', TOKEN, 'model-not-found', 1, ['has no model org/absent']],
    ['disabled', 'org/disabled', TOKEN, 'access-denied', 4, ['disabled']],
    ['asked with a wrong token', 'org/model', OTHER_TOKEN, 'access-denied', 4, ['does not accept']],
  ])('says of a model that it is %s', async (_what, id, token, code, status, says) => {
    await using bench = await pullBench(hub);
    const said = await bench.run(['pull', id, '--json'], { env: { HF_TOKEN: token } });
    expect(said.status, said.stderr).toBe(status);
    const error = errorOf(said);
    expect(error.code).toBe(code);
    for (const part of says) expect(error.message).toContain(part);
    expect(said.stderr).not.toContain(OTHER_TOKEN);
    await expectNoSecrets(hub, bench, [said]);
  });

  it('lets in who was granted it', async () => {
    await using bench = await pullBench(hub);
    const said = await bench.run(['pull', 'org/granted']);
    expect(said.status, said.stderr).toBe(0);
    await expectFiles(said.stdout.trim(), files);
    await expectNoSecrets(hub, bench, [said]);
  });
});

describe('a revision', () => {
  it('that does not exist: says which do', async () => {
    await using bench = await pullBench(hub);
    const said = await bench.run(['pull', 'org/model@v2.0', '--json']);
    expect(said.status).toBe(1);
    const { code, message } = errorOf(said);
    expect(code).toBe('revision-not-found');
    expect(message).toMatch(/no revision v2\.0; it has: .*main.*v1\.0/);
  });

  it.each(['info', 'tree', 'resolve'] as const)(
    'that moves after the %s was asked for: never mixes two commits',
    async (route) => {
      const files = {
        'config.json': '{"a":2}',
        'model.safetensors': madeUpBytes('new', 4 * MIB),
        'more.txt': 'more',
      };
      hub.faults.add({
        kind: 'move-branch',
        repository: 'org/model',
        files,
        match: { route },
        times: 1,
      });
      await using bench = await pullBench(hub);
      const first = await bench.run(['pull', 'org/model']);
      await expectFiles(first.stdout.trim(), FILES);
      expect(first.stdout).toContain(commit);

      const second = await bench.run(['pull', 'org/model']);
      await expectFiles(second.stdout.trim(), { ...FILES, ...files });
      await expectFiles(first.stdout.trim(), FILES);
    },
  );

  it('that has moved: fetches what has changed, and keeps what was there', async () => {
    await using bench = await pullBench(hub);
    const first = await bench.run(['pull', 'org/model']);
    const change = { 'other.safetensors': madeUpBytes('newer', 2 * MIB), 'config.json': null };
    await hub.commit('org/model', { files: change });
    hub.resetCounters();
    const second = await bench.run(['pull', 'org/model']);
    expect(hub.bytesByFile()).toEqual({ 'org/model/other.safetensors': 2 * MIB });
    await expectFiles(first.stdout.trim(), FILES);
    const { 'config.json': _gone, ...kept } = FILES;
    await expectFiles(second.stdout.trim(), {
      ...kept,
      'other.safetensors': change['other.safetensors'],
    });
    expect((await bench.run(['path', `org/model@${commit}`])).stdout).toBe(first.stdout);
    expect((await bench.run(['path', 'org/model'])).stdout).toBe(second.stdout);
  });
});

describe('a signed URL', () => {
  it('that lives for less than the pull is asked for anew', async () => {
    const files = { 'model.safetensors': madeUpBytes('long', 12 * MIB) };
    await hub.addModel({ id: 'org/long', files });
    hub.faults.add({ kind: 'bandwidth', bytesPerSecond: 2 * MIB, match: { origin: 'cdn' } });
    await using bench = await pullBench(hub, ', maxConnections: 2');
    const issued = hub.cdn.issuedUrls;
    hub.cdn.setUrlLifetime(400);
    const said = await bench.run(['pull', 'org/long']);
    hub.cdn.setUrlLifetime(3_600_000);
    expect(said.status, said.stderr).toBe(0);
    await expectFiles(said.stdout.trim(), files);
    expect(hub.cdn.issuedUrls - issued).toBeGreaterThan(2);
    expect(hub.bodyBytes()).toBe(12 * MIB);
    await expectNoSecrets(hub, bench, [said]);
  });
});

describe.skipIf(ON_OTHER_BACKENDS)('a limit of the rate', () => {
  it.each([
    ['in seconds', () => ({ retryAfter: 2 })],
    ['as a date', () => ({ retryAfter: new Date(Date.now() + 4000).toUTCString() })],
    ['as the reset of the limit', () => ({ resetAfter: 2 })],
  ])('%s is waited for', async (_how, limit) => {
    await using bench = await pullBench(hub);
    const fault = hub.faults.add({
      kind: 'rate-limit',
      ...limit(),
      match: { path: 'model.safetensors', origin: 'cdn' },
      times: 1,
    });
    const startedAt = performance.now();
    const said = await bench.run(['pull', 'org/model']);
    expect(said.status, said.stderr).toBe(0);
    expect(fault.hits).toBe(1);
    // No clock of a busy machine makes a wait shorter; without it a pull takes a fraction of this.
    expect(performance.now() - startedAt).toBeGreaterThan(2000);
    await expectFiles(said.stdout.trim(), FILES);
  });
});

describe('a redirect to another server', () => {
  it('does not take the token there', async () => {
    const seen: IncomingHttpHeaders[] = [];
    const other = createServer((request, response) => {
      seen.push(request.headers);
      response.end(FILES['config.json']);
    });
    await new Promise<void>((resolve) => other.listen(0, '127.0.0.1', resolve));
    const { port } = other.address() as AddressInfo;
    hub.faults.add({
      kind: 'redirect',
      location: `http://127.0.0.1:${port}/config.json?Signature=abc`,
      match: { route: 'resolve', path: 'config.json' },
    });
    await using bench = await pullBench(hub);
    const said = await bench.run(['pull', 'org/model']);
    other.close();
    expect(said.status, said.stderr).toBe(0);
    expect(seen.length).toBeGreaterThan(0);
    expect(JSON.stringify(seen)).not.toContain(TOKEN);
    const toHub = hub.requests.filter(({ origin }) => origin === 'hub');
    expect(toHub.every(({ headers }) => headers['authorization'] === `Bearer ${TOKEN}`)).toBe(true);
    await expectNoSecrets(hub, bench, [said]);
  });
});
