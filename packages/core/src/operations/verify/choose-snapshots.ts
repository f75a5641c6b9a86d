import type { CoreContext } from '../../context.ts';
import { DEFAULT_REVISION, parseModelName } from '../../names/model-name.ts';
import type { EntrySummary, Snapshot } from '../../spi/model.ts';
import { requireEntry } from '../find-model.ts';

/** What a verification looks at. */
export interface Chosen {
  /** Entries that are checked. */
  readonly models: number;
  /** Contents, each once, and their bytes; contents without a snapshot included. */
  readonly contents: { readonly count: number; readonly bytes: number };
  /** May be walked more than once. Loads one snapshot at a time. */
  snapshots(): AsyncGenerator<Snapshot>;
}

type SnapshotRef = Pick<Snapshot, 'modelId' | 'commit'>;

async function* load(
  ctx: CoreContext,
  refs: AsyncIterable<SnapshotRef> | Iterable<SnapshotRef>,
): AsyncGenerator<Snapshot> {
  for await (const { modelId, commit } of refs) {
    const snapshot = await ctx.metadata.getSnapshot(modelId, commit);
    if (snapshot !== undefined) yield snapshot;
  }
}

async function wholeStore(ctx: CoreContext, signal: AbortSignal | undefined): Promise<Chosen> {
  const options = signal === undefined ? {} : { signal };
  let models = 0;
  for await (const _ of ctx.metadata.listEntries(options)) models += 1;
  const { count, bytes } = await ctx.metadata.blobTotals(options);
  return {
    models,
    contents: { count, bytes },
    snapshots: () => load(ctx, ctx.metadata.listSnapshots(undefined, options)),
  };
}

/** A bare name means the model with all that is kept of it; a revision means its snapshot alone. */
async function named(ctx: CoreContext, names: readonly string[]): Promise<Chosen> {
  const refs = new Map<string, SnapshotRef>();
  const keys = new Set<string>();
  const add = (ref: SnapshotRef): void => {
    refs.set(`${ref.modelId}@${ref.commit}`, ref);
  };
  for (const name of names) {
    const entry: EntrySummary = await requireEntry(ctx, name);
    keys.add(entry.key);
    add(entry);
    if (parseModelName(name).revision !== DEFAULT_REVISION) continue;
    for await (const ref of ctx.metadata.listSnapshots(entry.modelId)) add(ref);
    for await (const { key } of ctx.metadata.listEntries({ modelId: entry.modelId })) keys.add(key);
  }
  const sizes = new Map<string, number>();
  for await (const { files } of load(ctx, refs.values()))
    for (const { digest, size } of files) if (digest !== undefined) sizes.set(digest, size);
  const bytes = [...sizes.values()].reduce((sum, size) => sum + size, 0);
  return {
    models: keys.size,
    contents: { count: sizes.size, bytes },
    snapshots: () => load(ctx, refs.values()),
  };
}

/** Fails with `model-not-cached` for a name that is not in the cache. */
export function chooseSnapshots(
  ctx: CoreContext,
  names: readonly string[] | undefined,
  signal: AbortSignal | undefined,
): Promise<Chosen> {
  return names === undefined ? wholeStore(ctx, signal) : named(ctx, names);
}
