import { join } from 'node:path';
import { requires } from '@modelkeep/test-requirements';
import { expect, it } from 'vitest';
import { commotion, contestedModel } from './support/commotion.ts';
import { expectFiles } from './support/model-files.ts';
import { chooseSeed } from './support/seeded.ts';
import { startSharedServers } from './support/shared-store.ts';
import { filesBelow } from './support/store-on-disk.ts';

requires('postgresql', 'versitygw');

const SEED = chooseSeed('shared commotion');
const STEPS = Number(process.env['STEPS'] ?? 12);

it('machines that pull, import and remove one model at once fail clearly or not at all, and leave a store that is right', async () => {
  await using servers = await startSharedServers();
  const model = await contestedModel(servers.hub);
  // No lease may run out of a process that a busy machine lets wait.
  const store = await servers.store('S3', { config: [] });
  await using one = await store.node();
  await using two = await store.node();
  await using three = await store.node();
  const machines = [one, two, three];
  await commotion(model, machines, { seed: SEED, steps: STEPS, wanted: ['pull'], least: 2 });

  for (const machine of machines)
    expect(await machine.json(['verify']), `SEED=${SEED}`).toMatchObject({ problems: [] });
  await one.json(['pull', model.id]);
  for (const machine of machines) {
    const { stdout, stderr, status } = await machine.run(['path', model.id]);
    expect(status, `SEED=${SEED}: ${stderr}`).toBe(0);
    await expectFiles(stdout.trim(), model.files);
  }
  await two.json(['rm', model.id, '--yes']);
  for (const machine of machines) {
    await machine.json(['gc']);
    expect(await filesBelow(join(machine.home, 'hub')), `SEED=${SEED}`).toEqual([]);
  }
  const left = [...(await filesBelow(store.folder))];
  const objects = left.filter((path) => /^(?:blobs|manifests)\//.test(path));
  expect(objects, `SEED=${SEED}`).toEqual([]);
});
