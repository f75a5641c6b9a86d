import { createHash } from 'node:crypto';
import { type FakeHub, startFakeHub } from '@modelkeep/testkit/fake-hub';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { type Bench, createBench } from '../modelkeep.ts';
import { startServer } from './start-server.ts';

const MIB = 1024 * 1024;
const FILE = '/org/big/resolve/main/model.safetensors';

let hub: FakeHub;
let bench: Bench;

beforeEach(async () => {
  hub = await startFakeHub({ bytesPerSecond: 8 * MIB });
  await hub.addModel({
    id: 'org/big',
    files: {
      'config.json': '{}',
      'model.safetensors': { generated: { size: 48 * MIB, seed: 9 } },
    },
  });
  bench = await createBench({ HF_ENDPOINT: hub.url });
});
afterEach(async () => {
  await bench[Symbol.asyncDispose]();
  await hub.stop();
});

async function digestOf(response: Response): Promise<string> {
  const hash = createHash('sha256');
  for await (const chunk of response.body ?? []) hash.update(chunk);
  return hash.digest('hex');
}

describe('the end of a server', () => {
  it('waits for requests under way, and accepts no more', async () => {
    await using server = await startServer(bench);
    const etag = (await fetch(server.url + FILE, { method: 'HEAD' })).headers.get('etag');
    const downloads = await Promise.all(Array.from({ length: 6 }, () => fetch(server.url + FILE)));
    const digests = Promise.all(downloads.map(digestOf));
    const ended = server.end('SIGTERM');
    await expect.poll(() => reaches(server.url)).toBe(false);
    expect(new Set(await digests)).toEqual(new Set([etag?.replaceAll('"', '')]));
    expect(await ended).toBe(0);
  });
});

describe('the start of a server', () => {
  it('fails where its source is itself', async () => {
    // The fake Hub's port is not free, but nothing is listened at before this is found out.
    const { port, href } = new URL(hub.url);
    const { status, stderr } = await bench.run(['serve', '--port', port]);
    expect(status).toBe(2);
    expect(stderr).toContain(
      `HF_ENDPOINT is ${href.replace(/\/$/, '')}, which is this server itself`,
    );
  });

  it('prints what to set for each client', async () => {
    const { child, finished } = bench.start(['serve', '--port', '0']);
    let text = '';
    child.stdout.on('data', (chunk: Buffer) => {
      text += chunk.toString('utf8');
    });
    await expect.poll(() => text).toContain('Ctrl-C');
    const [, url] = /at (http:\S+)/.exec(text) ?? [];
    expect(text).toContain(`HF_ENDPOINT=${url}`);
    expect(text).toContain(`${url}/-/api/openapi.json`);
    expect(text).toContain('There are no users');
    child.kill('SIGINT');
    expect(await finished).toMatchObject({ status: 0 });
  });

  it('is refused where others could reach it without a token', async () => {
    const refused = await bench.run(['serve', '--host', '0.0.0.0', '--port', '0']);
    expect(refused).toMatchObject({ status: 2 });
    expect(refused.stderr).toContain('modelkeep user add');
    await bench.json(['user', 'add', 'ada', '--role', 'admin']);
    await using server = await startServer(bench, { args: ['--host', '0.0.0.0'] });
    const { port } = new URL(server.url);
    expect((await fetch(`http://127.0.0.1:${port}/-/healthz`)).status).toBe(200);
    expect((await fetch(`http://127.0.0.1:${port}/-/metrics`)).status).toBe(401);
  });

  it('is refused at a port that is taken', async () => {
    await using server = await startServer(bench);
    const { port } = new URL(server.url);
    const refused = await bench.run(['serve', '--port', port]);
    expect(refused).toMatchObject({ status: 1 });
    expect(refused.stderr).toContain('is taken');
  });
});

/** Whether the server takes a new connection. */
async function reaches(url: string): Promise<boolean> {
  try {
    await fetch(`${url}/-/healthz`);
    return true;
  } catch {
    return false;
  }
}
