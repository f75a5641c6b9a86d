import { stat } from 'node:fs/promises';
import { join } from 'node:path';
import { requires } from '@modelkeep/test-requirements';
import { startFakeHub } from '@modelkeep/testkit/fake-hub';
import { expect, it } from 'vitest';
import { createBench } from './modelkeep.ts';
import { startServer } from './server/start-server.ts';
import { runProgram } from './support/programs.ts';

requires('unzip');

const ID = 'org/words';

it('a zip is compressed where that is asked for, here and by a server, and imported as the other is', async () => {
  await using hub = await startFakeHub();
  const words = 'the same words again and again. '.repeat(50_000);
  await hub.addModel({ id: ID, files: { 'config.json': '{}', 'words.txt': words } });
  await using bench = await createBench({ HF_ENDPOINT: hub.url });
  await bench.json(['pull', ID]);
  await using server = await startServer(bench);
  const size = async (name: string): Promise<number> => (await stat(join(bench.folder, name))).size;

  await bench.json(['export', ID, '-o', 'plain.zip']);
  await bench.json(['export', ID, '-o', 'packed.zip', '--compress']);
  await bench.json(['--server', server.url, 'export', ID, '-o', 'remote.zip', '--compress']);
  expect(await size('plain.zip')).toBeGreaterThan(words.length);
  expect(await size('packed.zip')).toBeLessThan(words.length / 10);
  expect(await size('remote.zip')).toBe(await size('packed.zip'));
  for (const name of ['plain', 'packed', 'remote']) {
    await runProgram('unzip', ['-t', `${name}.zip`], { cwd: bench.folder });
    const env = { MODELKEEP_HOME: join(bench.folder, name) };
    expect(await bench.json(['import', `${name}.zip`], { env })).toMatchObject([{ fileCount: 2 }]);
  }
  const refused = await bench.run(['export', ID, '-o', 'x.tar', '--compress']);
  expect(refused.status).not.toBe(0);
  expect(refused.stderr).toContain('tar.zst is a compressed tar');
});
