import type { CopiedCollection } from '../../api/copying.ts';
import type { MetadataStore } from '../../spi/metadata-store.ts';
import { forEachLimit } from '../../util/concurrency.ts';
import type { CopyPlace } from './copy-run.ts';
import { type RecordPair, recordPairs } from './record-pairs.ts';

/** Ids that copies brought, by collection: when the original of one goes, it goes; what was made here never does. */
const BROUGHT = 'copied-records';
const PARALLEL = 16;
const BATCH = 500;

async function broughtBefore(metadata: MetadataStore, collection: string): Promise<Set<string>> {
  const value = (await metadata.getRecord(BROUGHT, collection))?.value;
  return new Set(Array.isArray(value) ? value.filter((id) => typeof id === 'string') : []);
}

function isSame({ theirs, ours }: RecordPair): boolean {
  return JSON.stringify(theirs?.value) === JSON.stringify(ours?.value);
}

/** What was changed here after it was copied stays. */
function isNews(pair: RecordPair, rule: CopiedCollection['onDifference']): boolean {
  const { theirs, ours } = pair;
  if (theirs === undefined) return false;
  if (ours === undefined) return true;
  return rule === 'later' && theirs.updatedAt > ours.updatedAt && !isSame(pair);
}

/** Returns how many records were written or removed. */
async function copyCollection(
  { from, ctx, dryRun, signal }: CopyPlace,
  { collection, mirror = false, onDifference = 'later' }: CopiedCollection,
): Promise<number> {
  const { metadata } = ctx;
  const before = mirror ? await broughtBefore(metadata, collection) : new Set<string>();
  const brought: string[] = [];
  let changed = 0;
  let steps: (() => Promise<unknown>)[] = [];
  const flush = async (): Promise<void> => {
    signal?.throwIfAborted();
    changed += steps.length;
    const batch = dryRun ? [] : steps;
    steps = [];
    await forEachLimit(batch, PARALLEL, async (step) => {
      await step();
    });
  };
  const lists = [from.metadata, metadata].map((store) => store.listRecords(collection)) as [
    ReturnType<MetadataStore['listRecords']>,
    ReturnType<MetadataStore['listRecords']>,
  ];
  for await (const pair of recordPairs(...lists)) {
    const { theirs, ours } = pair;
    if (theirs === undefined) {
      if (ours === undefined || !before.has(ours.id)) continue;
      steps.push(() => metadata.removeRecord(collection, ours.id));
    } else {
      if (onDifference === 'chain' && ours !== undefined && !isSame(pair)) break;
      // What an earlier copy brought and is not here was removed here: a revoked token stays revoked.
      const isRemoved = ours === undefined && before.has(theirs.id);
      const news = !isRemoved && isNews(pair, onDifference);
      if (mirror && (news || isRemoved || isSame(pair))) brought.push(theirs.id);
      if (news) steps.push(() => metadata.putRecord(collection, theirs.id, theirs.value));
    }
    if (steps.length >= BATCH) await flush();
  }
  await flush();
  if (mirror && !dryRun) await metadata.putRecord(BROUGHT, collection, brought);
  return changed;
}

/** Copies collections of records, one by one. A record that is the same, or newer here, stays as it is. */
export async function copyRecords(
  place: CopyPlace,
  collections: readonly CopiedCollection[],
): Promise<Record<string, number>> {
  const changed: Record<string, number> = {};
  for (const one of collections) changed[one.collection] = await copyCollection(place, one);
  return changed;
}
