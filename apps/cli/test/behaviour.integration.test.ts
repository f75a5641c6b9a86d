import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout } from 'node:timers/promises';
import { type FakeHub, startFakeHub } from '@modelkeep/testkit/fake-hub';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { type Bench, createBench } from './modelkeep.ts';
import { ON_OTHER_BACKENDS } from './support/chosen-store.ts';

const MIB = 1024 * 1024;

let hub: FakeHub;
let slow: FakeHub;
let bench: Bench;

beforeAll(async () => {
  hub = await startFakeHub();
  await hub.addModel({
    id: 'gpt2',
    files: { 'config.json': '{}', 'a.txt': 'a' },
    branches: ['main2'],
  });
  await hub.addModel({ id: 'org/gated', files: { 'config.json': '{}' }, gated: 'auto' });
  slow = await startFakeHub({ bytesPerSecond: MIB });
  await slow.addModel({
    id: 'org/big',
    files: { 'model.safetensors': { generated: { size: 64 * MIB, seed: 2 } } },
  });
});
afterAll(async () => {
  await hub[Symbol.asyncDispose]();
  await slow[Symbol.asyncDispose]();
});

beforeEach(async () => {
  bench = await createBench({ HF_ENDPOINT: hub.url });
});
afterEach(() => bench[Symbol.asyncDispose]());

describe('the exit status', () => {
  it.each([
    ['usage', ['pull'], {}, 2],
    ['a name that is none', ['path', '../etc'], {}, 2],
    ['a model that is not cached', ['path', 'gpt2'], {}, 3],
    ['a model that does not exist', ['pull', 'org/none'], {}, 1],
    ['a gated model', ['pull', 'org/gated'], {}, 4],
    ['offline', ['pull', 'gpt2'], { HF_HUB_OFFLINE: '1' }, 6],
    ['an upstream that is down', ['pull', 'gpt2'], { HF_ENDPOINT: 'http://127.0.0.1:9' }, 6],
    ['a config file that is not there', ['ls'], { MODELKEEP_CONFIG: 'none.yaml' }, 2],
  ])('of %s', async (_what, args, env, status) => {
    await bench.configure('fetch: { maxAttempts: 2, retryDelayMs: 1 }\n');
    const plain = await bench.run(args, { env });
    expect(plain).toMatchObject({ status });
    expect(plain.stderr).toMatch(/^error: /m);
    const json = await bench.run([...args, '--json'], { env });
    expect(json.status).toBe(status);
    const last = json.stderr.trim().split('\n').at(-1) ?? '';
    expect(JSON.parse(last)).toHaveProperty(['error', 'code']);
    expect(['', '[]\n']).toContain(json.stdout);
  });
});

describe('the config file', () => {
  it('stops the start with file, line and field', async () => {
    await writeFile(join(bench.folder, 'c.yaml'), 'home: x\nconections: []\n');
    expect(await bench.run(['ls', '--config', 'c.yaml'])).toMatchObject({
      status: 2,
      stdout: '',
      stderr: `error: ${join(bench.folder, 'c.yaml')}:2:1: conections: unknown field; did you mean "connections"?; allowed: home, storage, metadata, connections, offline, quota, evict, fetch, server\n`,
    });
  });

  it('names the connection that a model comes through', async () => {
    const config = await bench.configure(
      `connections: [{ name: inner, endpoint: "${hub.url}", models: [gpt2] }]\n`,
      join(bench.folder, 'c.yaml'),
    );
    const env = { MODELKEEP_CONFIG: config, HF_ENDPOINT: 'http://127.0.0.1:9' };
    await bench.json(['pull', 'gpt2'], { env });
    expect(await bench.json(['show', 'gpt2'], { env })).toMatchObject({ connection: 'inner' });
    const unknown = await bench.run(['pull', 'gpt2', '--connection', 'outer'], { env });
    expect(unknown.status).not.toBe(0);
    expect(unknown.stderr).toContain('inner');
  });
});

describe('an interrupt', () => {
  it.each(['SIGINT', 'SIGTERM'] as const)('by %s leaves what was fetched', async (signal) => {
    slow.resetCounters();
    const env = { HF_ENDPOINT: slow.url };
    const { child, finished } = bench.start(['pull', 'org/big'], { env });
    while (slow.bodyBytes() < 8 * MIB) await setTimeout(20);
    child.kill(signal);
    expect(await finished).toMatchObject({
      status: 130,
      stdout: '',
      stderr: expect.stringContaining(
        'interrupted: what was fetched is kept; resume with: modelkeep pull org/big\n',
      ),
    });
    expect((await bench.run(['path', 'org/big'])).status).toBe(3);

    expect((await bench.run(['pull', 'org/big'], { env })).status).toBe(0);
    expect(slow.bodyBytes()).toBeLessThan(1.1 * 64 * MIB);
  });
});

describe('stdout', () => {
  it('that is closed early is no failure', async () => {
    await bench.json(['pull', 'gpt2']);
    const outcome = await bench.run(['show', 'gpt2'], { closedStdout: true });
    expect(outcome).toMatchObject({ status: 0, stderr: '' });
  });
});

describe('start-up', () => {
  // Where a store has a config file, that is read.
  it.skipIf(ON_OTHER_BACKENDS)('of path loads no more than it needs', async () => {
    await bench.json(['pull', 'gpt2']);
    const hook = join(bench.folder, 'hook.mjs');
    const log = join(bench.folder, 'loaded.txt');
    await writeFile(
      hook,
      `import { appendFileSync } from 'node:fs';
       import { registerHooks } from 'node:module';
       registerHooks({ load(url, context, next) {
         appendFileSync(${JSON.stringify(log)}, url + '\\n');
         return next(url, context);
       } });
       process.on('exit', () => {
         appendFileSync(${JSON.stringify(log)}, process.moduleLoadList.join('\\n'));
       });`,
    );
    expect((await bench.run(['path', 'gpt2'], { node: ['--import', hook] })).status).toBe(0);
    const loaded = await readFile(log, 'utf8');
    // Node's own fetch takes 20 ms to load.
    expect(loaded).not.toContain('deps/undici');
    // Each of these takes a millisecond or more.
    expect(loaded.split('\n')).not.toContain('NativeModule crypto');
    expect(loaded.split('\n')).not.toContain('NativeModule perf_hooks');
    const files = loaded
      .split('\n')
      .filter((line) => line.startsWith('file:') && line.endsWith('.js'));
    const maps = await Promise.all(files.map((file) => readFile(new URL(`${file}.map`), 'utf8')));
    const sources = maps.join('\n');
    expect(sources).toContain('/commander/');
    expect(sources).not.toMatch(
      /\/(zod|yaml|undici|cli-progress|@huggingface\/hub|archive-tar|archive-zip|source-hub)\//,
    );
  });
});
