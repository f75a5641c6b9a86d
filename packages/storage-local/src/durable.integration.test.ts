import { mkdir, readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { requires } from '@modelkeep/test-requirements';
import { collectBytes, type TempFolder, tempFolder } from '@modelkeep/testkit/memory';
import { describe, expect, it } from 'vitest';
import { runProcess } from '../test/child-process.ts';
import { localStorage } from './index.ts';

requires('strace');

const SIZE = 100_000;
const KEYS = ['a/first', 'a/second', 'b/third'];
const TRACED = 'openat,write,pwrite64,fsync,rename,link';
const CALLS = ['pwrite64', 'fsync', 'rename', 'link', 'unlink', 'mkdir'];

interface BrokenRun {
  readonly folder: TempFolder;
  readonly directory: string;
  readonly lines: readonly string[];
}

/** Runs the writer with the N-th of `call` broken, for every N until there is none to break; returns how many there were. */
async function breakEach(
  call: string,
  fault: string,
  check: (run: BrokenRun) => Promise<void>,
): Promise<number> {
  for (let nth = 1; ; nth += 1) {
    await using folder = await tempFolder();
    const directory = folder.join('store');
    await mkdir(directory);
    const log = folder.join('log');
    const inject = `inject=${call}:${fault.replace('#', String(nth))}`;
    const under = ['strace', '-f', '-o', log, '-e', `trace=${call}`, '-e', inject];
    const { lines } = await runProcess(['write', directory, String(SIZE)], { under });
    const calls = await readFile(log, 'utf8');
    if (!/INJECTED|killed by SIGKILL/.test(calls)) return nth - 1;
    await check({ folder, directory, lines }).catch((cause: unknown) => {
      throw new Error(`${call} number ${nth}: ${lines.join('; ')}`, { cause });
    });
  }
}

/** Every object is there as a whole or not at all, and every acknowledged one is there. */
async function expectWhole({ directory, lines }: BrokenRun): Promise<void> {
  const storage = localStorage({ directory });
  await storage.open();
  for (const [index, key] of KEYS.entries()) {
    const stored = await storage.stat(key);
    if (lines.includes(`${key} done`)) expect(stored, key).toBeDefined();
    if (stored === undefined) continue;
    const content = Buffer.from(await collectBytes(await storage.read(key)));
    expect(content.equals(Buffer.alloc(SIZE, String(index + 1))), key).toBe(true);
  }
  await storage.close();
}

/** Every failure says what it is, and nothing unfinished stays. */
async function expectClean(run: BrokenRun, error: string): Promise<void> {
  await expectWhole(run);
  const failures = run.lines.filter((line) => !line.endsWith(' done'));
  expect(failures.length).toBeGreaterThan(0);
  for (const line of failures) expect(line).toContain(error);
  const unfinished = await readdir(join(run.directory, 'tmp')).catch(() => []);
  expect(unfinished).toEqual([]);
}

describe('on the disk', { timeout: 300_000 }, () => {
  it('content is synced before its name, and the name before the answer', async () => {
    await using folder = await tempFolder();
    const log = folder.join('log');
    const under = ['strace', '-f', '-y', '-o', log, '-e', `trace=${TRACED}`];
    const { lines } = await runProcess(['write', folder.join('store'), '10'], { under });
    expect(lines).toContain('b/third done');
    const calls = (await readFile(log, 'utf8')).split('\n');
    for (const [name, call, source] of [
      ['a/first', 'rename', 'tmp/'],
      ['a/second', 'link', 'tmp/'],
      ['b/third', 'rename', 'finished'],
    ] as const) {
      const named = calls.findIndex(
        (line) => line.includes(`${call}(`) && line.includes(`/${name}"`),
      );
      const temporary = /"([^"]+)", "/.exec(calls[named] ?? '')?.[1] ?? '';
      expect(temporary).toContain(`store/${source}`);
      const content = calls.findIndex(
        (line) => line.includes('fsync(') && line.includes(temporary),
      );
      const parent = `store/${name.split('/')[0]}>`;
      const folderSync = calls.findIndex(
        (line, index) => index > named && line.includes('fsync(') && line.includes(parent),
      );
      const said = calls.findIndex((line) => line.includes(`"${name} done\\n"`));
      expect([content, named, folderSync, said].every((index) => index >= 0)).toBe(true);
      expect([content, named, folderSync, said]).toEqual(
        [content, named, folderSync, said].sort((a, b) => a - b),
      );
    }
  });

  it.each(CALLS)('a kill at any %s leaves whole objects only', async (call) => {
    const points = await breakEach(call, 'signal=KILL:when=#', expectWhole);
    expect(points).toBeGreaterThan(0);
  });

  it.each([
    ['pwrite64', 'ENOSPC', 'no-space'],
    ['mkdir', 'ENOSPC', 'no-space'],
    ['rename', 'EDQUOT', 'no-space'],
    ['fsync', 'EIO', 'storage-failed'],
    ['link', 'EIO', 'storage-failed'],
  ])('a %s that fails with %s fails the call, once or for ever', async (call, errno, code) => {
    for (const when of ['#', '#+']) {
      const fault = `error=${errno}:when=${when}`;
      const points = await breakEach(call, fault, (run) => expectClean(run, code));
      expect(points).toBeGreaterThan(0);
    }
  });
});
