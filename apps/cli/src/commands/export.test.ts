import { mkdir, mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { CachedModel, ExportOptions, ModelCache, ModelExport } from '@modelkeep/core';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { cachedModel, notCached } from '../../test/fake-cache.ts';
import { type Outcome, type RunOptions, runCommand } from '../../test/run-command.ts';

let folder = '';
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'modelkeep-export-'));
});
afterEach(() => rm(folder, { recursive: true }));

const CHUNKS = 5;
const CHUNK = Buffer.alloc(300_000, 'x');

function archive(name: string, options: ExportOptions = {}, failAt = CHUNKS): ModelExport {
  const { format = 'tar' } = options;
  let sent = 0;
  return {
    fileName: `${name.replace('/', '_2f')}.${format}`,
    format,
    identity: '0'.repeat(64),
    lastUse: { at: null, by: null },
    stream: new ReadableStream({
      pull(controller) {
        if (sent === failAt && failAt < CHUNKS) controller.error(new Error('source broke'));
        else if (sent === CHUNKS) controller.close();
        else {
          sent++;
          controller.enqueue(new Uint8Array(CHUNK));
        }
      },
    }),
  };
}

const cache: Partial<ModelCache> = {
  findModel: (name) =>
    name === 'absent' ? Promise.reject(notCached(name)) : Promise.resolve(cachedModel(name)),
  exportModel: (name, options) => Promise.resolve(archive(name, options)),
};

const run = (args: readonly string[], options: RunOptions = {}): Promise<Outcome> =>
  runCommand(['export', ...args], { cache, cwd: folder, ...options });

it('writes one file, with the format of its name', async () => {
  const outcome = await run(['org/m', '-o', 'x.tgz', '--json']);
  expect(JSON.parse(outcome.stdout)).toEqual([
    { model: 'org/m', file: join(folder, 'x.tgz'), format: 'tar.gz', sizeInBytes: 1_500_000 },
  ]);
  expect(await readdir(folder)).toEqual(['x.tgz']);
  expect(await readFile(join(folder, 'x.tgz'))).toEqual(Buffer.alloc(1_500_000, 'x'));
});

it('writes tar, or what --format says, where the name says nothing', async () => {
  expect((await run(['m', '-o', 'x.bin'])).stdout).toBe(
    `wrote ${join(folder, 'x.bin')}: 1.50 MB\n`,
  );
  const outcome = await run(['m', '-o', 'x.tar', '--format', 'tar.zst', '--json']);
  expect(JSON.parse(outcome.stdout)).toMatchObject([{ format: 'tar.zst' }]);
});

it('writes no tar under the name of another format, unless it is told to', async () => {
  for (const name of ['x.7z', 'x.tar.bz2', 'x.tar.XZ', 'x.gz']) {
    expect(await run(['m', '-o', name])).toMatchObject({
      status: 2,
      stderr: expect.stringContaining('there are tar, tar.gz, tar.zst and zip'),
    });
  }
  expect((await run(['m', '-o', 'x.gz', '--format', 'tar.gz'])).status).toBe(0);
});

it('asks for a compressed zip only where it is told to', async () => {
  const asked: unknown[] = [];
  const watched: Partial<ModelCache> = {
    ...cache,
    exportModel: (name, options) => {
      asked.push(options?.compress);
      return Promise.resolve(archive(name, options));
    },
  };
  await run(['m', '-o', 'x.zip'], { cache: watched });
  await run(['m', '-o', 'y.zip', '--compress'], { cache: watched });
  expect(asked).toEqual([false, true]);
});

it('writes into a folder under the archive own name', async () => {
  await mkdir(join(folder, 'there'));
  await run(['org/m', '-o', 'there']);
  expect(await readdir(join(folder, 'there'))).toEqual(['org_2fm.tar']);
  await run(['org/m', '-o', 'new/']);
  expect(await readdir(join(folder, 'new'))).toEqual(['org_2fm.tar']);
});

it('writes several models into a folder that it makes', async () => {
  expect((await run(['a', 'b', '-o', 'out'])).status).toBe(0);
  expect((await readdir(join(folder, 'out'))).sort()).toEqual(['a.tar', 'b.tar']);
});

it('refuses a file or stdout for several models', async () => {
  await writeFile(join(folder, 'file.tar'), 'kept');
  expect((await run(['a', 'b', '-o', 'file.tar'])).status).toBe(2);
  expect((await run(['a', 'b', '-o', '-'])).status).toBe(2);
  expect((await run(['a', 'b', '-o', 'new.tar'])).status).toBe(2);
  expect(await readFile(join(folder, 'file.tar'), 'utf8')).toBe('kept');
});

it('streams to stdout, but not to a terminal and not beside JSON', async () => {
  const outcome = await run(['m', '-o', '-']);
  expect(outcome).toMatchObject({ status: 0, stdout: 'x'.repeat(1_500_000) });
  expect(await run(['m', '-o', '-'], { terminal: { stdout: true } })).toMatchObject({
    status: 2,
    stdout: '',
  });
  expect(await run(['m', '-o', '-', '--json'])).toMatchObject({ status: 2, stdout: '' });
});

it('leaves what was there, and nothing else, if the stream breaks', async () => {
  await writeFile(join(folder, 'x.tar'), 'before');
  const broken = { ...cache, exportModel: (name: string) => Promise.resolve(archive(name, {}, 3)) };
  expect(await run(['m', '-o', 'x.tar'], { cache: broken })).toMatchObject({
    status: 1,
    stderr: 'error: source broke\n',
  });
  expect(await readdir(folder)).toEqual(['x.tar']);
  expect(await readFile(join(folder, 'x.tar'), 'utf8')).toBe('before');
});

it('writes nothing if one name is not there', async () => {
  expect((await run(['a', 'absent', '-o', 'out'])).status).toBe(3);
  expect(await readdir(folder)).toEqual([]);
});

it('says before any work that the folder is not there', async () => {
  expect(await run(['m', '-o', 'no/such/m.tar'])).toMatchObject({
    status: 2,
    stderr: `error: there is no folder ${join(folder, 'no/such')}: make it first\n`,
  });
});

it('warns of a model that is incomplete', async () => {
  const findModel = (name: string): Promise<CachedModel> =>
    Promise.resolve(cachedModel(name, { complete: false }));
  const outcome = await run(['org/m', '-o', 'x.tar'], { cache: { ...cache, findModel } });
  expect(outcome).toMatchObject({ status: 0 });
  expect(outcome.stderr).toContain('warning: org/m is incomplete, and so is its archive');
  expect(outcome.stderr).toContain('modelkeep pull org/m fetches the others');
});

it('cancels the stream if the file cannot be made', async () => {
  let cancelled = false;
  const stream = new ReadableStream<Uint8Array>({
    cancel() {
      cancelled = true;
    },
  });
  const stuck = {
    ...cache,
    exportModel: () => Promise.resolve({ ...archive('m'), stream }),
  };
  const tooLong = `${'n'.repeat(230)}.tar`;
  expect((await run(['m', '-o', tooLong], { cache: stuck })).status).toBe(1);
  expect(cancelled).toBe(true);
});
