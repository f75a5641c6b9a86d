import type { CachedModel } from '../../api/results.ts';
import { buildModelMetadata } from '../../model-metadata/build-model-metadata.ts';
import { displayName, type ModelRef, modelRef } from '../../names/model-name.ts';
import { entryOf } from '../../snapshots/entry-of.ts';
import type { Entry, Snapshot } from '../../spi/model.ts';
import { readModelCard } from '../../spi/model-card.ts';
import { findEntry, withCheckout } from '../find-model.ts';
import type { AdoptRun, FoundModel } from './adopt-run.ts';
import { readSmallText } from './build-snapshot.ts';

const HUB = 'https://huggingface.co';

/**
 * The keys under which a snapshot is kept: those of its refs; of its commit if it has none. An entry that points at
 * another commit stays as it is: what is in the store was asked for later than what lies in an old cache.
 */
export async function chooseRefs(
  run: AdoptRun,
  model: FoundModel,
  snapshot: Snapshot,
  folder: string,
): Promise<readonly { readonly ref: ModelRef; readonly before?: Entry }[]> {
  const { metadata } = run.ctx;
  const { modelId, commit } = snapshot;
  const chosen: { readonly ref: ModelRef; readonly before?: Entry }[] = [];
  for (const [revision, target] of model.refs) {
    if (target !== commit) continue;
    const ref = modelRef(modelId, revision);
    const before = await metadata.getEntry(ref.key);
    if (before === undefined) chosen.push({ ref });
    else if (before.commit === commit) chosen.push({ ref, before: entryOf(before) });
    else
      run.skipped.push({
        path: `${folder}/refs/${revision}`,
        reason: `${displayName(ref)} is in the store at commit ${before.commit}, and stays so; this commit is kept as ${modelId}@${commit}`,
      });
  }
  if (chosen.length > 0) return chosen;
  for await (const entry of metadata.listEntries({ modelId }))
    if (entry.commit === commit) return [{ ref: entry, before: entryOf(entry) }];
  return [{ ref: modelRef(modelId, commit) }];
}

/** The entry of an adopted snapshot: what the model's own card says, as no source is asked. */
export async function makeAdoptedEntry(
  run: AdoptRun,
  ref: ModelRef,
  snapshot: Snapshot,
): Promise<Entry> {
  const { ctx, user } = run;
  const readme = snapshot.files.find(({ path }) => path === 'README.md');
  const card = await readModelCard((await readSmallText(ctx, readme)) ?? '');
  const downloadDate = Date.now();
  const { modelId, revision, key } = ref;
  const about = {
    ...card,
    modelId,
    commit: snapshot.commit,
    gated: false,
    private: false,
    url: `${HUB}/${encodeURIComponent(modelId)}/tree/${encodeURIComponent(revision)}`,
  };
  return {
    key,
    modelId,
    revision,
    commit: snapshot.commit,
    metadata: await buildModelMetadata(ref, about, {
      downloadDate,
      downloadedBy: user.name,
      sizeInBytes: snapshot.files.reduce((sum, { size }) => sum + size, 0),
    }),
    downloadedBy: user.name,
    downloadDate,
    pinned: false,
  };
}

/** The entry as it is now, with its folder; undefined if somebody removed it meanwhile. */
export async function adoptedModel(run: AdoptRun, ref: ModelRef): Promise<CachedModel | undefined> {
  const entry = await findEntry(run.ctx, ref);
  return entry === undefined ? undefined : withCheckout(run.ctx, entry);
}
