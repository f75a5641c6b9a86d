import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { requires } from '@modelkeep/test-requirements';
import { afterAll, beforeAll, expect, it } from 'vitest';
import type { Bench } from '../modelkeep.ts';
import { expectFiles, type ModelFiles, madeUpBytes } from '../support/model-files.ts';
import { bytesBelow } from '../support/read-tree.ts';
import { type SharedServers, startSharedServers } from '../support/shared-store.ts';
import { type RunningServer, startServer } from './start-server.ts';

requires('postgresql', 'versitygw');

const MIB = 2 ** 20;
const ID = 'org/model';
const FILES: ModelFiles = {
  'config.json': '{"a":1}',
  'model.safetensors': madeUpBytes('weights', 20 * MIB + 7),
};

let servers: SharedServers;

beforeAll(async () => {
  servers = await startSharedServers();
  await servers.hub.addModel({ id: ID, files: FILES });
});
afterAll(() => servers[Symbol.asyncDispose]());

/** A machine whose disk takes so much of the store. */
async function nodeWith(size: string, make: () => Promise<Bench>): Promise<Bench> {
  const node = await make();
  const file = join(node.home, 'config.yaml');
  const config = await readFile(file, 'utf8');
  await writeFile(
    file,
    config.replace('backend: s3,', `backend: s3, localTier: { size: ${size} },`),
  );
  return node;
}

async function read(server: RunningServer): Promise<Buffer> {
  const answer = await fetch(`${server.url}/${ID}/resolve/main/model.safetensors`);
  expect(answer.status).toBe(200);
  return Buffer.from(await answer.arrayBuffer());
}

it('what is hot is on the disk of each server, within its bounds, and read there while the bucket is away', async () => {
  const store = await servers.store('S3');
  await using one = await nodeWith('1 GB', store.node);
  await using two = await nodeWith('1 GB', store.node);
  await using small = await nodeWith('10 MB', store.node);
  const pulled = await one.run(['pull', ID]);
  await expectFiles(pulled.stdout.trim(), FILES);

  await using server = await startServer(two);
  await using bounded = await startServer(small);
  const weights = Buffer.from(FILES['model.safetensors'] ?? '');
  const onDisk = (node: Bench): Promise<number> =>
    bytesBelow(join(node.home, 'local')).catch(() => 0);
  await expect
    .poll(async () => {
      for (const each of [server, bounded]) expect((await read(each)).equals(weights)).toBe(true);
      return onDisk(two);
    })
    .toBeGreaterThanOrEqual(weights.length);
  expect(await onDisk(small)).toBeLessThan(10e6);

  const refused = await small.run(['path', ID]);
  expect([refused.status, refused.stderr]).toEqual([7, expect.stringContaining('local tier')]);

  // What was read through the bucket once more is read from the disk now.
  await read(server);
  await servers.s3.end();
  expect((await read(server)).equals(weights)).toBe(true);
  const away = await fetch(`${bounded.url}/${ID}/resolve/main/model.safetensors`);
  expect(away.status).toBe(503);
});
