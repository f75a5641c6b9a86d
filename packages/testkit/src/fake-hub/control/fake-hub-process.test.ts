import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { askThrough } from '../testing/ask.ts';
import { launchFakeHub } from './fake-hub-process.ts';

it('serves from a process of its own, counted and disturbed from here', async () => {
  await using hub = await launchFakeHub([
    '--generated',
    'o/big:w.safetensors:2M',
    '--small-files',
    'o/small:3:100',
    '--token',
    'hf_t',
  ]);
  expect(Object.keys(hub.commits).sort()).toEqual(['o/big', 'o/small']);
  const url = `${hub.url}/o/big/resolve/main/w.safetensors`;
  expect((await askThrough(url)).body).toHaveLength(2 * 2 ** 20);
  const small = `${hub.url}/o/small/resolve/main/files/000/00002.dat`;
  expect((await askThrough(small)).body).toHaveLength(100);
  expect(await hub.stats()).toMatchObject({
    bodyBytes: 2 * 2 ** 20 + 100,
    bytesByFile: { 'o/small/files/000/00002.dat': 100 },
    authorizationSeenOnCdn: false,
  });
  await hub.addFaults({ kind: 'status', status: 503, match: { origin: 'cdn' } });
  expect((await askThrough(url)).status).toBe(503);
  await hub.clearFaults();
  await hub.resetCounters();
  expect((await hub.stats()).bodyBytes).toBe(0);
  await hub.act('POST /commit', { id: 'o/big', files: { 'new.txt': 'x' } });
  expect((await askThrough(`${hub.url}/o/big/resolve/main/new.txt`)).status).toBe(200);
  await expect(hub.act('POST /nonsense')).rejects.toThrow('no such action');
  await hub.act('POST /stop');
  await expect(askThrough(url)).rejects.toMatchObject({ code: 'ECONNREFUSED' });
});

it('says what is wrong with its arguments', async () => {
  await expect(launchFakeHub(['--generated', 'o/big:w'])).rejects.toMatchObject({
    code: 'invalid-argument',
    message: expect.stringContaining('o/big:w does not have 3 parts'),
  });
});

it('ends when its input does, if it is told to', async () => {
  const main = join(import.meta.dirname, '../main.ts');
  const args = ['--conditions', '@modelkeep/source', main, '--end-with-input'];
  const child = spawn(process.execPath, args, { stdio: ['pipe', 'pipe', 'inherit'] });
  const exited = once(child, 'exit');
  await once(child.stdout, 'data');
  child.stdin.end();
  expect(await exited).toEqual([0, null]);
});
