import { parseModelKey } from '../model-metadata/parse-model-metadata.ts';
import type { ModelRef } from '../names/model-name.ts';
import { archiveInvalid, quoteName } from '../spi/archive-error.ts';
import { lfsRules } from '../spi/git-attributes.ts';
import { parseLfsPointer } from '../spi/lfs-pointer.ts';
import type { ModelMetadata, SnapshotFile } from '../spi/model.ts';
import { type Place, placeInRoot } from './archive-layout.ts';
import { commitOfGitFolder } from './git-folder.ts';
import { leftOutWarnings } from './left-out.ts';
import type { MemberRecord } from './member-record.ts';
import { checkAgainstProvenance, checkDeclaredSize } from './plan-checks.ts';
import type { Provenance } from './provenance.ts';

/** A file of the model, and the member that holds its content. */
export interface PlannedFile {
  readonly path: string;
  readonly size: number;
  readonly lfs: boolean;
  readonly member: string;
  /** The content, where it was taken for a text before the archive's root was known; then nothing is staged. */
  readonly content?: Uint8Array;
  /** What `modelkeep.json` says of the content. */
  readonly expected?: SnapshotFile;
}

/** All that an archive says; what its files' contents are is still to be compared. */
export interface ArchivePlan {
  readonly ref: ModelRef;
  readonly metadata: ModelMetadata;
  /** 40 hex digits; undefined where nothing names a commit, and it is to be derived. */
  readonly commit: string | undefined;
  /** What `modelkeep.json` says: that `commit` is a derived one. */
  readonly derived: boolean;
  /** Sorted by path. */
  readonly files: readonly PlannedFile[];
  readonly omitted: readonly SnapshotFile[];
  readonly warnings: readonly string[];
}

export interface CollectedArchive {
  readonly root: string;
  readonly records: readonly MemberRecord[];
  readonly metadata: ModelMetadata;
  readonly provenance: Provenance | undefined;
}

type FilePlace = Extract<Place, { kind: 'file' }>;
interface PlacedFile {
  readonly record: MemberRecord;
  readonly place: FilePlace;
}

const APPLE_DOUBLE_MAGIC = '00051607';

function isLitter({ record, place }: PlacedFile): boolean {
  if (place.litter !== 'apple-double') return place.litter !== undefined;
  const head = record.content?.subarray(0, 4) ?? new Uint8Array(0);
  return Buffer.from(head).toString('hex') === APPLE_DOUBLE_MAGIC;
}

function totalSize(files: readonly PlacedFile[]): number {
  return files.reduce((total, { record }) => total + record.size, 0);
}

/** Litter stays only where it is known to be the repository's own: listed, or counted in the declared size. */
function splitLitter(
  all: readonly PlacedFile[],
  archive: CollectedArchive,
): { kept: PlacedFile[]; litter: PlacedFile[] } {
  const listed = new Set(archive.provenance?.files.map(({ path }) => path));
  const counted =
    archive.provenance === undefined && archive.metadata.sizeInBytes === totalSize(all);
  const stays = (file: PlacedFile): boolean =>
    counted || listed.has(file.place.path) || !isLitter(file);
  return { kept: all.filter(stays), litter: all.filter((file) => !stays(file)) };
}

function texts(files: Iterable<readonly [string, MemberRecord]>): Map<string, string> {
  const found = new Map<string, string>();
  for (const [path, { content }] of files) {
    if (content !== undefined) found.set(path, Buffer.from(content).toString('utf8'));
  }
  return found;
}

function refusePointers(files: readonly PlacedFile[]): void {
  const pointers = files.filter(
    ({ record }) => record.content !== undefined && parseLfsPointer(record.content) !== undefined,
  );
  const [first] = pointers;
  if (first === undefined) return;
  const names = pointers.slice(0, 10).map(({ place }) => quoteName(place.path));
  const more = pointers.length > 10 ? ` and ${pointers.length - 10} more` : '';
  throw archiveInvalid({
    reason: 'lfs-pointers',
    problem: `holds git-lfs pointers instead of the content of ${names.join(', ')}${more}`,
    remedy: 'Run "git lfs pull" in the clone, then make the archive anew.',
    details: { files: pointers.map(({ place }) => place.path) },
  });
}

function planFiles(kept: readonly PlacedFile[], provenance: Provenance | undefined): PlannedFile[] {
  const listed = new Map(provenance?.files.map((file) => [file.path, file]));
  const attributes = kept
    .filter(({ record }) => record.segments.at(-1) === '.gitattributes')
    .map(({ place, record }) => [place.path, record] as const);
  const isLfs = lfsRules(texts(attributes));
  return kept
    .map(({ place: { path }, record }) => {
      const expected = listed.get(path);
      const whole = record.whole ? record.content : undefined;
      return {
        path,
        size: record.size,
        lfs: expected?.lfs ?? isLfs({ path, size: record.size }),
        member: record.member,
        ...(whole === undefined ? {} : { content: whole }),
        ...(expected === undefined ? {} : { expected }),
      };
    })
    .toSorted((a, b) => (a.path < b.path ? -1 : a.path > b.path ? 1 : 0));
}

/** Puts together what an archive holds. Fails with `archive-invalid` where it contradicts itself. */
export function planArchive(archive: CollectedArchive): ArchivePlan {
  const { root, records, metadata, provenance } = archive;
  const all: PlacedFile[] = [];
  const git: [string, MemberRecord][] = [];
  const leftOut: MemberRecord[] = [];
  for (const record of records) {
    const below = root === '' || record.segments[0] !== root ? 0 : 1;
    const outside = root !== '' && below === 0;
    const place: Place = outside
      ? { kind: 'beside' }
      : placeInRoot(record.segments.slice(below), record.size);
    if (place.kind === 'file') all.push({ record, place });
    else if (place.kind === 'git') git.push([place.path, record]);
    else if (place.kind === 'beside' || place.kind === 'nested-git') leftOut.push(record);
  }
  const { kept, litter } = splitLitter(all, archive);
  if (provenance === undefined) refusePointers(kept);
  checkAgainstProvenance(kept, provenance, metadata);
  checkDeclaredSize(totalSize(kept), kept.length, metadata);
  const gitCommit = commitOfGitFolder(texts(git));
  const named = provenance?.commit ?? (metadata.commitHash || undefined)?.toLowerCase();
  const warnings = leftOutWarnings([...leftOut, ...litter.map(({ record }) => record)], root);
  if (named !== undefined && gitCommit !== undefined && named !== gitCommit) {
    warnings.push(
      `model/.git is at commit ${gitCommit}, the metadata says ${named}; the latter was taken`,
    );
  }
  return {
    ref: parseModelKey(metadata.modelDefinition.key),
    metadata,
    commit: named ?? gitCommit,
    derived: provenance?.derived ?? false,
    files: planFiles(kept, provenance),
    omitted: provenance?.omitted ?? [],
    warnings,
  };
}
