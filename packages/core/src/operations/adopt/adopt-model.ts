import { rm, stat } from 'node:fs/promises';
import type { CoreContext } from '../../context.ts';
import { flightId } from '../../fetch/fetch-target.ts';
import { beginIngest, type Ingest } from '../../leases/ingest.ts';
import { newContents } from '../../leases/new-contents.ts';
import { bytesOf } from '../../leases/room-need.ts';
import { ModelkeepError } from '../../spi/errors.ts';
import type { AddedContent } from '../../spi/metadata-store.ts';
import type { Snapshot } from '../../spi/model.ts';
import { stagingFolder } from '../../staging/partial-folder.ts';
import { makeFolder } from '../../util/make-folder.ts';
import { storeSnapshot } from '../store-snapshot.ts';
import { adoptedModel, chooseRefs, makeAdoptedEntry } from './adopt-entries.ts';
import type { FoundFile, FoundModel, FoundSnapshot, TakingRun } from './adopt-run.ts';
import { warn } from './adopt-run.ts';
import { buildSnapshot } from './build-snapshot.ts';
import { type ContentTaker, contentKey, type Taken } from './take-contents.ts';

/** A garbage collection may take a blob between taking and commit; more than a few times would be a fault. */
const MAX_ROUNDS = 4;
const MAX_NAMES = 5;

/** New contents that cannot be linked, as they lie on another volume. */
async function copiedContents(
  ctx: CoreContext,
  files: readonly FoundFile[],
): Promise<readonly AddedContent[]> {
  const { dev } = await stat(ctx.workspace, { bigint: true });
  const elsewhere = files.filter(({ inode }) => !inode.startsWith(`${dev}:`));
  const idOf = (file: FoundFile): string =>
    file.expected === undefined ? contentKey(file) : flightId({ ...file, ...file.expected });
  return newContents(ctx, new Map(elsewhere.map((file) => [idOf(file), file.size])));
}

/** The store's own spelling of the name, as the Hub's names are unique without case. */
async function modelIdInStore(ctx: CoreContext, modelId: string): Promise<string> {
  const known = await ctx.metadata.findModelIds(modelId);
  const [only] = known;
  return known.length !== 1 || only === undefined ? modelId : only;
}

function tellOf(run: TakingRun, found: FoundSnapshot, taken: ReadonlyMap<string, Taken>): void {
  const unproved: string[] = [];
  for (const file of found.files) {
    const result = taken.get(contentKey(file));
    if (result !== undefined && 'reason' in result)
      run.skipped.push({ path: `${found.name}/${file.path}`, reason: result.reason });
    else if (file.expected === undefined) unproved.push(file.path);
  }
  if (unproved.length === 0) return;
  const more = unproved.length > MAX_NAMES ? ', …' : '';
  warn(
    run,
    `${found.name}: taken as they are, as nothing in the cache tells what they should be: ${unproved.slice(0, MAX_NAMES).join(', ')}${more}`,
  );
}

/** Stores one snapshot under every key that leads to it. Returns whether blobs went away meanwhile. */
async function storeUnderRefs(
  run: TakingRun,
  model: FoundModel,
  snapshot: Snapshot,
  ingest: Ingest,
  folder: string,
): Promise<boolean> {
  for (const { ref, before } of await chooseRefs(run, model, snapshot, folder)) {
    run.signal?.throwIfAborted();
    const entry = before ?? (await makeAdoptedEntry(run, ref, snapshot));
    const { missing } = await storeSnapshot(run.ctx, snapshot, entry, ingest);
    if (missing.length > 0) return true;
    const adopted = await adoptedModel(run, ref);
    if (adopted !== undefined) run.adopted.push(adopted);
  }
  return false;
}

async function adoptSnapshot(
  run: TakingRun,
  taker: ContentTaker,
  model: FoundModel,
  found: FoundSnapshot,
  place: { readonly staging: string; readonly ingest: Ingest },
): Promise<void> {
  const { ctx } = run;
  const nameOf = ({ path }: FoundFile): string => `${found.name}/${path}`;
  const [folder = '.'] = found.name.split('/snapshots/');
  for (let round = 1; round <= MAX_ROUNDS; round += 1) {
    const taken = await taker.take(found.files, place.staging, nameOf);
    if (round === 1) tellOf(run, found, taken);
    const modelId = await modelIdInStore(ctx, model.modelId);
    const snapshot = await buildSnapshot(ctx, modelId, found, taken);
    if (snapshot === undefined) {
      run.skipped.push({ path: found.name, reason: 'it has no file that can be taken' });
      return;
    }
    if (!(await storeUnderRefs(run, model, snapshot, place.ingest, folder))) return;
  }
  throw new ModelkeepError(
    'conflict',
    `blobs of ${model.modelId} keep being removed while it is stored; try again`,
    { retryable: true },
  );
}

/** Takes all snapshots of one `models--…` folder. */
export async function adoptModel(
  run: TakingRun,
  taker: ContentTaker,
  model: FoundModel,
): Promise<void> {
  const { ctx, signal } = run;
  const files = model.snapshots.flatMap((snapshot) => snapshot.files);
  const contents = await copiedContents(ctx, files);
  await using ingest = await beginIngest(ctx, bytesOf(contents), {
    modelId: model.modelId,
    contents,
    isLinking: true,
    signal,
  });
  const staging = stagingFolder(ctx.workspace, ingest.id);
  await makeFolder(staging);
  try {
    for (const found of model.snapshots)
      await adoptSnapshot(run, taker, model, found, { staging, ingest });
  } finally {
    await rm(staging, { recursive: true, force: true });
  }
}
