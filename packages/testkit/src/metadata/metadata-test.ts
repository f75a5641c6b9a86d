import type { LeaseRequest, MetadataStore } from '@modelkeep/core/spi';
import { type TestContext, test } from 'vitest';
import { declared } from '../suite/declared.ts';

/** One metadata store to test, with nothing in it. */
export interface MetadataSubject {
  /** Not opened yet: the suite opens and closes it. */
  readonly store: MetadataStore;
  /** Removes all that was made for the subject. Called once, when every store of it is closed. */
  destroy(): Promise<void>;
  /** Another store on the same data, not opened yet: what a second process, or a later one, has. Without it durability and races between processes are left out. */
  reopen?(): MetadataStore | Promise<MetadataStore>;
  /** Has a process take free leases of the same data and die without a release, where the store can know of it. Without it `takenOver: 'dead'` is left out. */
  takeLeasesAndDie?(keys: readonly string[], request: LeaseRequest): Promise<void>;
}

export interface MetadataSuiteOptions {
  /** Makes an empty store; called for each test. */
  create(): Promise<MetadataSubject>;
  /** How many entries, files, blobs and leases the tests of many take. Default: 10,000. */
  readonly many?: number;
  /** Milliseconds that one test may take; the one that lists many entries may take six times that. Default: 120,000: a busy machine may take long. */
  readonly timeoutMs?: number;
}

interface MetadataGiven {
  readonly store: MetadataStore;
  readonly context: TestContext;
  readonly subject: MetadataSubject;
  readonly many: number;
  /** A second store on the same data, opened. */
  another(): Promise<MetadataStore>;
}

/** Declares a test on an empty, open store. */
export type MetadataTest = (
  name: string,
  body: (given: MetadataGiven) => Promise<void>,
  options?: { readonly long?: boolean },
) => void;

export function metadataTest(options: MetadataSuiteOptions): MetadataTest {
  return (name, body, { long = false } = {}) => {
    const timeout = (options.timeoutMs ?? 120_000) * (long ? 6 : 1);
    test(name, { timeout }, async (context) => {
      const subject = await options.create();
      const opened: MetadataStore[] = [];
      const open = async (store: MetadataStore): Promise<MetadataStore> => {
        await store.open();
        opened.push(store);
        return store;
      };
      try {
        const store = await open(subject.store);
        const another = async (): Promise<MetadataStore> =>
          await open(await declared(context, subject.reopen, 'reopen').call(subject));
        await body({
          store,
          context,
          subject,
          many: options.many ?? 10_000,
          another,
        });
      } finally {
        for (const store of opened) await store.close();
        await subject.destroy();
      }
    });
  };
}
