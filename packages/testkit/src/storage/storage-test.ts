import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import type { Storage } from '@modelkeep/core/spi';
import { expect, type TestContext, test } from 'vitest';
import { declared } from '../suite/declared.ts';
import { listAll } from '../suite/list-all.ts';
import { type TempFolder, tempFolder } from '../tools/temp-folder.ts';

/** One storage to test, with nothing in it. */
export interface StorageSubject {
  /** Not opened yet: the suite opens and closes it. */
  readonly storage: Storage;
  /** Removes all that was made for the subject. Called once, when every storage of it is closed. */
  destroy(): Promise<void>;
  /** Another storage on the same objects, not opened yet: what a second process, or a later one, has. Without it durability and races between processes are left out. */
  reopen?(): Storage | Promise<Storage>;
  /** Names of what lies about beside the objects (temporary files, unfinished uploads). Looked at after each test: anything fails it. */
  leftovers?(): Promise<readonly string[]>;
}

export interface StorageSuiteOptions {
  /** Makes an empty storage; called for each test. */
  create(): Promise<StorageSubject>;
  /** Milliseconds that one test may take. Default: 120,000: a busy machine may take long. */
  readonly timeoutMs?: number;
}

export interface StorageGiven {
  readonly storage: Storage;
  readonly context: TestContext;
  /** A folder for the test's own files: in the workspace's `partial/`, if there is a workspace. */
  readonly folder: TempFolder;
  /** A second storage on the same objects, opened. */
  another(): Promise<Storage>;
}

/** Declares a test on an empty, open storage, and fails it if anything is left over. */
export type StorageTest = (name: string, body: (given: StorageGiven) => Promise<void>) => void;

export function storageTest(options: StorageSuiteOptions): StorageTest {
  return (name, body) => {
    test(name, { timeout: options.timeoutMs ?? 120_000 }, async (context) => {
      const subject = await options.create();
      const opened: Storage[] = [];
      const open = async (storage: Storage): Promise<Storage> => {
        await storage.open();
        opened.push(storage);
        return storage;
      };
      try {
        const storage = await open(subject.storage);
        const another = async (): Promise<Storage> =>
          await open(await declared(context, subject.reopen, 'reopen').call(subject));
        {
          await using folder = await tempFolder(await scratchParent(storage));
          await body({ storage, context, folder, another });
        }
        await expectNothingLeft(subject);
      } finally {
        for (const storage of opened) await storage.close();
        await subject.destroy();
      }
    });
  };
}

async function scratchParent({ workspace }: Storage): Promise<string | undefined> {
  if (workspace === undefined) return undefined;
  const parent = join(workspace, 'partial');
  await mkdir(parent, { recursive: true });
  return parent;
}

async function expectNothingLeft({ storage, leftovers }: StorageSubject): Promise<void> {
  for await (const { key } of storage.list('')) await storage.delete(key);
  expect(await listAll(storage.list('')), 'objects that cannot be deleted').toEqual([]);
  expect((await leftovers?.()) ?? [], 'leftovers beside the objects').toEqual([]);
}
