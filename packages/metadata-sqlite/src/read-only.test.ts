import { chmod, copyFile, mkdir, rename } from 'node:fs/promises';
import { keepModel, tempFolder } from '@modelkeep/testkit/memory';
import { describe, expect, it } from 'vitest';
import { type StoreProcess, startProcess } from '../test/child-process.ts';
import { sqliteMetadata } from './index.ts';

const REFUSED = /^storage-failed: .* is read-only for this user/;

/** Asks the reader for another list. */
async function listAgain(reader: StoreProcess): Promise<string | undefined> {
  reader.child.stdin?.write('again\n');
  return await reader.line();
}

describe.runIf(process.platform !== 'win32')('without write access', { timeout: 300_000 }, () => {
  it('a store that nobody uses is read, and read anew when it was changed', async () => {
    await using folder = await tempFolder();
    await chmod(folder.path, 0o755);
    const file = folder.join('store', 'index.db');
    const first = sqliteMetadata({ file });
    await first.open();
    await keepModel(first, 'org/model');
    await first.close();
    await chmod(folder.join('store'), 0o555);
    await chmod(file, 0o444);

    await using reader = startProcess(['read', file], { unprivileged: true });
    expect(await reader.line()).toBe('org/model');
    expect(await reader.line()).toMatch(REFUSED);

    await chmod(folder.join('store'), 0o755);
    await chmod(file, 0o644);
    const second = sqliteMetadata({ file });
    await second.open();
    await keepModel(second, 'org/while-in-use');
    expect(await listAgain(reader)).toBe('org/model org/while-in-use');
    await second.close();
    expect(await listAgain(reader)).toBe('org/model org/while-in-use');

    await mkdir(folder.join('other'));
    const other = sqliteMetadata({ file: folder.join('other', 'index.db') });
    await other.open();
    await keepModel(other, 'org/restored');
    await other.close();
    await rename(folder.join('other', 'index.db'), file);
    await chmod(file, 0o444);
    expect(['org/model org/while-in-use', 'org/restored']).toContain(await listAgain(reader));
    reader.child.stdin?.end();
    await reader.lines();
  });

  it('a store in use is read with all that was committed', async () => {
    await using folder = await tempFolder();
    await chmod(folder.path, 0o755);
    const file = folder.join('store', 'index.db');
    const writer = sqliteMetadata({ file });
    await writer.open();
    await keepModel(writer, 'org/model');
    await using reader = startProcess(['read', file], { unprivileged: true });
    expect(await reader.line()).toBe('org/model');
    expect(await reader.line()).toMatch(REFUSED);
    await keepModel(writer, 'org/later');
    expect(await listAgain(reader)).toBe('org/later org/model');
    reader.child.stdin?.end();
    await reader.lines();
    await writer.close();
  });

  it('what a killed writer left is read, journal and all', async () => {
    await using folder = await tempFolder();
    await chmod(folder.path, 0o755);
    const file = folder.join('store', 'index.db');
    {
      await using writer = startProcess(['write', file, 'killed', '1000000']);
      for (let count = 0; count < 3; count += 1) await writer.line();
    }
    await mkdir(folder.join('copy'));
    for (const name of ['index.db', 'index.db-wal', 'index.db-shm']) {
      await copyFile(folder.join('store', name), folder.join('copy', name));
      await chmod(folder.join('copy', name), 0o444);
    }
    await chmod(folder.join('copy'), 0o555);
    const args = ['read', folder.join('copy', 'index.db')];
    await using reader = startProcess(args, { unprivileged: true });
    expect(await reader.line()).toMatch(/^killed\/model-0 killed\/model-1 /);
    expect(await reader.line()).toMatch(REFUSED);
    reader.child.stdin?.end();
    await reader.lines();
  });
});
