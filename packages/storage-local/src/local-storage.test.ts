import {
  chmod,
  link,
  mkdir,
  readdir,
  readFile,
  rm,
  stat,
  symlink,
  utimes,
  writeFile,
} from 'node:fs/promises';
import { isModelkeepError } from '@modelkeep/core/spi';
import { bodyOf, collectBytes, seededBytes, tempFolder } from '@modelkeep/testkit/memory';
import { afterEach, describe, expect, it } from 'vitest';
import { runProcess } from '../test/child-process.ts';
import { localStorage } from './index.ts';

const DAY = 24 * 60 * 60;
const umask = process.umask();

afterEach(() => {
  process.umask(umask);
});

async function modeOf(path: string): Promise<string> {
  return ((await stat(path)).mode & 0o7777).toString(8);
}

function codeOf(error: unknown): string {
  return isModelkeepError(error) ? error.code : `${error}`;
}

it.each([0o000, 0o022, 0o077])(
  'gives everybody leave to read, and nobody to write, under umask %i',
  async (mask) => {
    await using folder = await tempFolder();
    process.umask(mask);
    const storage = localStorage({ directory: folder.join('store') });
    await storage.open();
    await storage.write('blobs/sha256/ab/first', bodyOf(seededBytes(1, 10)));
    await writeFile(folder.join('finished'), 'content', { mode: 0o600 });
    await storage.ingestFile('blobs/sha256/ab/second', folder.join('finished'));
    expect(await modeOf(folder.join('store/blobs/sha256/ab/first'))).toBe('444');
    expect(await modeOf(folder.join('store/blobs/sha256/ab/second'))).toBe('444');
    for (const made of ['store', 'store/blobs', 'store/blobs/sha256/ab']) {
      expect(await modeOf(folder.join(made)), made).toBe('755');
    }
  },
);

it('removes what crashed writers left a day ago, and nothing else', async () => {
  await using folder = await tempFolder();
  await mkdir(folder.join('tmp'));
  for (const name of ['old', 'new']) await writeFile(folder.join('tmp', name), 'part');
  const longAgo = Date.now() / 1000 - DAY - 60;
  await utimes(folder.join('tmp/old'), longAgo, longAgo);
  const storage = localStorage({ directory: folder.path });
  await storage.open();
  expect(await readdir(folder.join('tmp'))).toEqual(['new']);
});

it('makes nothing but its folder until something is stored', async () => {
  await using folder = await tempFolder();
  const storage = localStorage({ directory: folder.join('deep/store') });
  await storage.open();
  expect(await readdir(folder.join('deep/store'))).toEqual([]);
});

it('refuses a file in the place of its folder', async () => {
  await using folder = await tempFolder();
  await writeFile(folder.join('file'), '');
  for (const directory of [folder.join('file'), folder.join('file/below')]) {
    const error: unknown = await localStorage({ directory })
      .open()
      .catch((reason: unknown) => reason);
    expect(codeOf(error)).toBe('storage-failed');
    expect(String(error)).toContain(directory);
  }
});

it('keeps objects apart from what lies beside them', async () => {
  await using folder = await tempFolder();
  const storage = localStorage({ directory: folder.path });
  await storage.open();
  await writeFile(folder.join('index.db'), 'not an object');
  await writeFile(folder.join('not a key'), 'not an object');
  for (const key of ['index.db', 'index.db-wal', 'hub/a', 'partial/a', 'tmp/a', 'tmp']) {
    await expect(storage.stat(key).catch(codeOf), key).resolves.toBe('invalid-key');
    await expect(storage.delete(key).catch(codeOf), key).resolves.toBe('invalid-key');
  }
  await storage.write('hub-like/tmp/partial', bodyOf(seededBytes(1, 10)));
  const keys: string[] = [];
  for await (const { key } of storage.list('')) keys.push(key);
  expect(keys).toEqual(['hub-like/tmp/partial']);
});

it('publishes in a folder that was removed meanwhile', async () => {
  await using folder = await tempFolder();
  const storage = localStorage({ directory: folder.join('store') });
  await storage.open();
  await storage.write('a/b/first', bodyOf(seededBytes(1, 10)));
  await rm(folder.join('store/a'), { recursive: true });
  await rm(folder.join('store/tmp'), { recursive: true });
  await storage.write('a/b/second', bodyOf(seededBytes(2, 10)));
  expect(await collectBytes(await storage.read('a/b/second'))).toEqual(seededBytes(2, 10));
});

it('takes over no link and no folder', async () => {
  await using folder = await tempFolder();
  const storage = localStorage({ directory: folder.join('store') });
  await storage.open();
  await writeFile(folder.join('precious'), 'precious', { mode: 0o600 });
  await symlink(folder.join('precious'), folder.join('link'));
  await mkdir(folder.join('folder'));
  for (const name of ['link', 'folder']) {
    await expect(storage.ingestFile('taken', folder.join(name)).catch(codeOf), name).resolves.toBe(
      'storage-failed',
    );
  }
  expect(await storage.stat('taken')).toBeUndefined();
  expect(await modeOf(folder.join('precious'))).toBe('600');
});

it('says so when an object is cut while it is read', async () => {
  await using folder = await tempFolder();
  const storage = localStorage({ directory: folder.path });
  await storage.open();
  await storage.write('large', bodyOf(seededBytes(1, 4_000_000)));
  const reader = (await storage.read('large')).getReader();
  await reader.read();
  await chmod(folder.join('large'), 0o644);
  await writeFile(folder.join('large'), (await readFile(folder.join('large'))).subarray(0, 10));
  const rest = (async () => {
    while (!(await reader.read()).done);
  })();
  await expect(rest.catch(codeOf)).resolves.toBe('storage-failed');
});

it('ends a read that is aborted while the object is being opened', async () => {
  await using folder = await tempFolder();
  const storage = localStorage({ directory: folder.path });
  await storage.open();
  await storage.write('large', bodyOf(seededBytes(5, 1_000_000)));
  const stop = new AbortController();
  const opening = storage.read('large', { signal: stop.signal });
  const reason = new Error('enough');
  stop.abort(reason);
  await expect(opening.then((stream) => stream.getReader().read())).rejects.toBe(reason);
});

it.runIf(process.platform !== 'win32')('takes a file that is the object already', async () => {
  await using folder = await tempFolder();
  const storage = localStorage({ directory: folder.join('store') });
  await storage.open();
  await storage.write('kept', bodyOf(seededBytes(6, 10)));
  const second = folder.join('second');
  await link(folder.join('store/kept'), second);
  await storage.ingestFile('kept', second);
  await expect(stat(second).catch((error) => error.code)).resolves.toBe('ENOENT');
  expect((await storage.stat('kept'))?.size).toBe(10);
});

describe.runIf(process.platform !== 'win32')('without write access', () => {
  it('reads, lists and refuses to write by name', async () => {
    await using folder = await tempFolder();
    await chmod(folder.path, 0o755);
    const directory = folder.join('store');
    const storage = localStorage({ directory });
    await storage.open();
    await storage.write('kept/object', bodyOf(seededBytes(1, 100_000)));
    for (const path of ['store/kept', 'store/tmp', 'store']) await chmod(folder.join(path), 0o555);
    const { lines } = await runProcess(['read', directory, '10'], { unprivileged: true });
    expect(lines.slice(0, 4)).toEqual([
      'open done',
      'read 100000',
      'list kept/object',
      'free true',
    ]);
    expect(lines[4]).toMatch(/^write storage-failed: Cannot write .*store.*this user may not/);
    expect(lines[5]).toMatch(/^delete storage-failed: Cannot remove .*kept\/object/);
  });
});
