import { text } from 'node:stream/consumers';
import { entryManifestKey, snapshotManifestKey } from '../names/store-keys.ts';
import { ModelkeepError } from '../spi/errors.ts';
import type { Entry, Snapshot, SnapshotFile } from '../spi/model.ts';
import type { Storage } from '../spi/storage.ts';

/** Manifests are what the index is rebuilt from: one JSON a snapshot, one a entry. */
const FORMAT_VERSION = 1;

async function writeJson(storage: Storage, key: string, value: unknown): Promise<void> {
  const bytes = new TextEncoder().encode(`${JSON.stringify(value)}\n`);
  await storage.write(
    key,
    (async function* () {
      yield bytes;
    })(),
    { size: bytes.byteLength },
  );
}

export async function readText(storage: Storage, key: string): Promise<string> {
  // A Response would load Node's whole fetch, 20 ms that every command would wait for.
  return text(await storage.read(key));
}

export async function writeSnapshotManifest(storage: Storage, snapshot: Snapshot): Promise<void> {
  await writeJson(storage, snapshotManifestKey(snapshot.modelId, snapshot.commit), {
    formatVersion: FORMAT_VERSION,
    kind: 'snapshot',
    snapshot,
  });
}

export async function writeEntryManifest(storage: Storage, entry: Entry): Promise<void> {
  await writeJson(storage, entryManifestKey(entry.modelId, entry.revision), {
    formatVersion: FORMAT_VERSION,
    kind: 'entry',
    entry,
  });
}

export type Manifest =
  | { readonly kind: 'snapshot'; readonly snapshot: Snapshot }
  | { readonly kind: 'entry'; readonly entry: Entry };

/** Reads either kind. Fails with `storage-failed` if it is damaged, `store-incompatible` if it is of a later version. */
export async function readManifest(storage: Storage, key: string): Promise<Manifest> {
  let parsed: Record<string, unknown>;
  try {
    parsed = JSON.parse(await readText(storage, key)) as Record<string, unknown>;
  } catch (cause) {
    throw new ModelkeepError('storage-failed', `the manifest ${key} cannot be read`, { cause });
  }
  if (parsed['formatVersion'] !== FORMAT_VERSION) {
    throw new ModelkeepError(
      'store-incompatible',
      `the manifest ${key} has version ${String(parsed['formatVersion'])}; this Modelkeep knows version ${FORMAT_VERSION}`,
    );
  }
  if (
    (parsed['kind'] === 'snapshot' && isObject(parsed['snapshot'])) ||
    (parsed['kind'] === 'entry' && isObject(parsed['entry']))
  )
    return parsed as unknown as Manifest;
  throw new ModelkeepError(
    'storage-failed',
    `the manifest ${key} is neither a snapshot's nor an entry's`,
  );
}

function isObject(value: unknown): boolean {
  return typeof value === 'object' && value !== null;
}

/** Orders files by path, by code unit. */
export function byPath(a: SnapshotFile, b: SnapshotFile): number {
  return a.path < b.path ? -1 : a.path > b.path ? 1 : 0;
}

/** An archive made by hand can only guess who keeps a file: a file once known to be kept by git-lfs stays so, and its ETag with it. */
function betterKnown(before: SnapshotFile | undefined, now: SnapshotFile): SnapshotFile {
  return before?.lfs && !now.lfs && before.digest === now.digest ? before : now;
}

/** A snapshot joined with what was kept of the same commit before: a file once kept stays kept. */
export function mergeSnapshots(before: Snapshot | undefined, now: Snapshot): Snapshot {
  if (before === undefined)
    return { ...now, files: now.files.toSorted(byPath), omitted: now.omitted.toSorted(byPath) };
  const files = new Map(before.files.map((file) => [file.path, file]));
  for (const file of now.files) files.set(file.path, betterKnown(files.get(file.path), file));
  const omitted = [
    ...new Map([...before.omitted, ...now.omitted].map((file) => [file.path, file])).values(),
  ].filter(({ path }) => !files.has(path));
  return {
    ...now,
    createdAt: before.createdAt,
    files: [...files.values()].toSorted(byPath),
    omitted: omitted.toSorted(byPath),
  };
}
