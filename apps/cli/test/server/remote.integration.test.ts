import { readFile, writeFile } from 'node:fs/promises';
import type { AddressInfo } from 'node:net';
import { connect, createServer, type Server } from 'node:net';
import { join } from 'node:path';
import { type FakeHub, startFakeHub } from '@modelkeep/testkit/fake-hub';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type Bench, createBench } from '../modelkeep.ts';
import { type RunningServer, startServer } from './start-server.ts';

const MIB = 1024 * 1024;
const MODEL = 'org/name';

let hub: FakeHub;
let bench: Bench;
let server: RunningServer;
let remote: Record<string, string>;
let token: string;

beforeAll(async () => {
  hub = await startFakeHub();
  await hub.addModel({
    id: MODEL,
    files: {
      'config.json': '{"a":1}',
      'model.safetensors': { generated: { size: 24 * MIB, seed: 4 } },
    },
  });
  bench = await createBench({ HF_ENDPOINT: hub.url });
  ({ token } = (await bench.json(['user', 'add', 'ada', '--role', 'admin'])) as { token: string });
  server = await startServer(bench);
  // On the other machine there is no store, and no way to the Hub.
  remote = {
    MODELKEEP_SERVER: server.url,
    MODELKEEP_TOKEN: token,
    MODELKEEP_HOME: join(bench.folder, 'elsewhere'),
    HF_ENDPOINT: 'http://127.0.0.1:9',
  };
});
afterAll(async () => {
  await server[Symbol.asyncDispose]();
  await bench[Symbol.asyncDispose]();
  await hub.stop();
});

describe('commands with a server', () => {
  it('say what they say on its own machine', async () => {
    const pulled = await bench.run(['pull', MODEL], { env: remote });
    expect(pulled.stderr).toMatch(/org\/name [0-9a-f]{12}: 2 files, .* fetched in/);
    expect(pulled).toMatchObject({ status: 0 });
    expect(pulled.stdout).toContain('/hub/models--org--name/snapshots/');
    for (const args of [['ls'], ['show', MODEL], ['du'], ['verify'], ['gc', '--dry-run']]) {
      const there = await bench.json(args, { env: remote });
      const here = await bench.json(args);
      // The room that is left changes while we look.
      for (const answer of [there, here] as Record<string, unknown>[]) delete answer['freeBytes'];
      expect(there, args.join(' ')).toEqual(here);
      // The store's folder is told on its own machine only.
      const varies = /^(?:.* free on the volume|(?:the store is|models are laid out in) .*)\n/gm;
      const text = async (env: Record<string, string>): Promise<string> =>
        (await bench.run(args, { env })).stdout.replaceAll(varies, '');
      expect(await text(remote), args.join(' ')).toBe(await text({}));
    }
  });

  it.each(['tar', 'zip'])('export and import as %s, with the same bytes', async (format) => {
    await bench.json(['pull', MODEL], { env: remote });
    const [there, here] = ['there', 'here'].map((name) =>
      join(bench.folder, `${name}.${format}`),
    ) as [string, string];
    expect((await bench.run(['export', MODEL, '-o', there], { env: remote })).status).toBe(0);
    expect((await bench.run(['export', MODEL, '-o', here])).status).toBe(0);
    expect((await readFile(there)).equals(await readFile(here))).toBe(true);
    expect(await bench.json(['rm', MODEL, '--yes'], { env: remote })).toMatchObject([
      { key: 'hf@org/name' },
    ]);
    expect(await bench.run(['show', MODEL], { env: remote })).toMatchObject({ status: 3 });
    expect(await bench.json(['import', there], { env: remote })).toMatchObject([
      { key: 'hf@org/name', addedFiles: 2 },
    ]);
    await bench.run(['rm', MODEL, '--yes'], { env: remote });
    const streamed = await bench.run(['import', '-'], { env: remote, input: await readFile(here) });
    expect(streamed).toMatchObject({ status: 0 });
    expect(streamed.stderr).not.toContain('Warning');
    expect(await bench.json(['verify'], { env: remote })).toMatchObject({ problems: [] });
  });

  it('export over a line that breaks', async () => {
    await bench.json(['pull', MODEL], { env: remote });
    const cuts = [5 * MIB, 9 * MIB];
    const proxy = await cuttingProxy(server.url, cuts);
    const { port } = proxy.address() as AddressInfo;
    const env = { ...remote, MODELKEEP_SERVER: `http://127.0.0.1:${port}` };
    const [cut, whole] = [join(bench.folder, 'cut.tar'), join(bench.folder, 'whole.tar')];
    const result = await bench.run(['export', MODEL, '-o', cut], { env });
    expect(result).toMatchObject({ status: 0 });
    expect(cuts).toEqual([]);
    await bench.run(['export', MODEL, '-o', whole]);
    expect((await readFile(cut)).equals(await readFile(whole))).toBe(true);
    proxy.close();
  });

  it('fail with the same exit statuses', async () => {
    const bad = join(bench.folder, 'bad.tar');
    await writeFile(bad, 'no archive');
    const status = async (args: string[], env: Record<string, string> = {}): Promise<unknown> =>
      (await bench.run(args, { env: { ...remote, ...env } })).status;
    expect(await status(['show', 'org/absent'])).toBe(3);
    expect(await status(['rm', 'org/absent', '--yes'])).toBe(3);
    expect(await status(['pull', 'org/absent'])).toBe(1);
    expect(await status(['export', 'org/absent', '-o', 'x.tar'])).toBe(3);
    expect(await status(['import', bad])).toBe(1);
    expect(await status(['path', MODEL])).toBe(1);
    expect(await status(['ls'], { MODELKEEP_TOKEN: 'hf_wrong' })).toBe(4);
    expect(await status(['ls'], { MODELKEEP_SERVER: 'http://127.0.0.1:9' })).toBe(6);
    expect(await status(['ls'], { MODELKEEP_SERVER: 'nonsense' })).toBe(2);
    const path = await bench.run(['path', MODEL], { env: remote });
    expect(path.stderr).toContain("server's own machine only");
  });

  it('let a user do what a user may', async () => {
    const issued = (await bench.json(['user', 'add', 'uma'], { env: remote })) as { token: string };
    const uma = { ...remote, MODELKEEP_TOKEN: issued.token };
    expect(await bench.run(['pull', MODEL], { env: uma })).toMatchObject({ status: 0 });
    expect(await bench.run(['rm', MODEL, '--yes'], { env: uma })).toMatchObject({ status: 4 });
    expect(await bench.run(['user', 'list'], { env: uma })).toMatchObject({ status: 4 });
    expect(await bench.json(['user', 'revoke', 'uma'], { env: remote })).toEqual({
      name: 'uma',
      tokens: 1,
    });
    await expect.poll(async () => (await bench.run(['ls'], { env: uma })).status).toBe(4);
  });

  it('never let a token into the log', () => {
    expect(server.log()).toContain('/-/api/v1/pulls');
    expect(server.log()).not.toContain(token.slice(3));
    expect(server.log()).not.toContain('hf_wrong');
  });
});

/** Passes on what the server says, and breaks a connection off when it has passed on so many bytes of `cuts`. */
async function cuttingProxy(url: string, cuts: number[]): Promise<Server> {
  const { port } = new URL(url);
  const proxy = createServer((client) => {
    const behind = connect(Number(port), '127.0.0.1');
    let passed = 0;
    client.pipe(behind);
    behind.on('data', (chunk: Buffer) => {
      passed += chunk.byteLength;
      client.write(chunk);
      if (passed > (cuts[0] ?? Number.POSITIVE_INFINITY)) {
        cuts.shift();
        client.destroy();
        behind.destroy();
      }
    });
    behind.on('end', () => client.end());
    for (const socket of [client, behind]) socket.on('error', () => socket.destroy());
  });
  await new Promise<void>((resolve) => {
    proxy.listen(0, '127.0.0.1', resolve);
  });
  return proxy;
}
