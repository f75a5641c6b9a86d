import { mkdtemp, rm, utimes } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, it } from 'vitest';
import type { CoreContext } from '../context.ts';
import type { Snapshot } from '../spi/model.ts';
import { forgetTaken, laidOut, takeNote, usedAt } from './laid-out.ts';
import { markUsed, noteLaidOut } from './note-laid-out.ts';

const snapshot: Snapshot = {
  modelId: 'org/name',
  commit: 'c'.repeat(40),
  derived: false,
  files: [],
  omitted: [],
  createdAt: 0,
};
const OLD = 1_000_000;

let workspace: string;

beforeEach(async () => {
  workspace = await mkdtemp(join(tmpdir(), 'modelkeep-laid-out-'));
  await noteLaidOut({ storage: {}, workspace } as CoreContext, snapshot);
  const note = join(workspace, 'laid-out/models--org--name', `${snapshot.commit}.json`);
  await utimes(note, OLD / 1000, OLD / 1000);
});
afterEach(() => rm(workspace, { recursive: true }));

function known(): Promise<{ readonly modelId: string }[]> {
  return Array.fromAsync(laidOut(workspace));
}

it('is taken from an old checkout, which from then on nobody can use', async () => {
  expect(await takeNote(workspace, snapshot, OLD)).toBe(true);
  expect(await markUsed(workspace, snapshot)).toBe(false);
  expect(await takeNote(workspace, snapshot, OLD)).toBe(false);
  expect(await known()).toEqual([]);
  await forgetTaken(workspace, snapshot);
});

it('stays with a checkout that was used, however late', async () => {
  expect(await markUsed(workspace, snapshot)).toBe(true);
  expect(await takeNote(workspace, snapshot, OLD)).toBe(false);
  expect(await usedAt(workspace, snapshot)).toBeGreaterThan(OLD);
  expect(await known()).toMatchObject([{ modelId: 'org/name' }]);
});
