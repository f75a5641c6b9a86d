import { METADATA_FILE } from '../model-metadata/metadata-schema.ts';
import { parseModelMetadata } from '../model-metadata/parse-model-metadata.ts';
import { archiveInvalid } from '../spi/archive-error.ts';
import type { ArchiveEntry } from '../spi/archive-format.ts';
import { ALWAYS_LFS_BYTES } from '../spi/git-attributes.ts';
import { MAX_POINTER_BYTES } from '../spi/lfs-pointer.ts';
import type { ModelMetadata } from '../spi/model.ts';
import { type Place, RootFinder } from './archive-layout.ts';
import { type ArchivePlan, planArchive } from './archive-plan.ts';
import { decodeText } from './decode-text.ts';
import { GIT_TEXT } from './git-folder.ts';
import { refuseSpecial, UsedNames } from './member-kinds.ts';
import type { MemberRecord } from './member-record.ts';
import { pathSegments } from './path-policy.ts';
import { notListed, tooManyBytes, tooMuchLitter, wrongSize } from './plan-checks.ts';
import { PROVENANCE_FILE, type Provenance, parseProvenance } from './provenance.ts';

const MOST_METADATA_BYTES = 4 * 1024 * 1024;
const MOST_PROVENANCE_BYTES = 64 * 1024 * 1024;
const MOST_GIT_TEXT_BYTES = 1024 * 1024;
const MOST_GIT_TEXTS = 1000;
const MOST_ATTRIBUTES_BYTES = 256 * 1024;
/** Files of desktop systems are kept until it is known whether they belong to the repository. */
const MOST_LITTER_BYTES = 256 * 1024 * 1024;
const APPLE_DOUBLE_HEAD = 4;

/** What to do with a member's content. */
export type Admission =
  | { readonly action: 'skip' }
  /** Read it whole (it is small) and give it to {@link ArchiveIntake.keep}. */
  | { readonly action: 'text'; readonly record: MemberRecord }
  /** Stage it under `record.member`, and give its first `headBytes` to {@link ArchiveIntake.keep}. */
  | {
      readonly action: 'store';
      readonly record: MemberRecord;
      readonly headBytes: number;
      /** Whether the git blob id of the content will be asked for, as far as is known now. */
      readonly gitOid: boolean;
    };

const SKIP: Admission = { action: 'skip' };

/**
 * Decides, member by member and for every archive format alike, what may be in an archive, what is kept of it and what
 * is left out. Refusals are `archive-invalid`. Touches no disk.
 */
export class ArchiveIntake {
  readonly #root = new RootFinder();
  readonly #names = new UsedNames();
  readonly #records: MemberRecord[] = [];
  #metadata: ModelMetadata | undefined;
  #provenance: Provenance | undefined;
  #listed: ReadonlyMap<string, number> | undefined;
  #keptBytes = 0;
  #litterBytes = 0;
  #gitTexts = 0;

  /** Bytes of the model's files that the archive declares, once its metadata was read. */
  get declaredBytes(): number | undefined {
    return this.#metadata?.sizeInBytes ?? undefined;
  }

  /** The model's files with their digests, where the archive told them by now. */
  get declaredFiles(): Provenance['files'] | undefined {
    return this.#provenance?.files;
  }

  /** Checks a member. To be called for each, in order. */
  admit(entry: Pick<ArchiveEntry, 'path' | 'kind' | 'size' | 'linkTarget'>): Admission {
    const member = entry.path;
    const segments = pathSegments(member);
    refuseSpecial(entry);
    if (entry.kind !== 'file' && entry.kind !== 'directory') return SKIP;
    if (segments.length === 0) {
      if (entry.kind === 'directory') return SKIP;
      throw archiveInvalid({
        reason: 'path-not-plain',
        member,
        problem: 'is a file without a name',
      });
    }
    this.#names.note(segments, entry.kind, member);
    if (entry.kind === 'directory') return SKIP;
    this.#root.note(segments, entry.size, member);
    const record: MemberRecord = {
      member,
      segments,
      size: entry.size,
      whole: false,
      content: undefined,
    };
    this.#records.push(record);
    const places = this.#root.places(segments, entry.size);
    this.#checkBudget(places, record);
    return this.#admission(places, record);
  }

  /** Takes the content, or head, that {@link admit} asked for. */
  async keep(record: MemberRecord, content: Uint8Array): Promise<void> {
    record.content = content;
    const [place, other] = this.#root.places(record.segments, record.size);
    if (other !== undefined) return;
    if (place?.kind === 'metadata') await this.#readMetadata(record);
    else if (place?.kind === 'provenance') await this.#readProvenance(record);
  }

  /** To be called after the last member: what the archive holds. */
  async finish(): Promise<ArchivePlan> {
    const root = this.#root.finish();
    for (const record of this.#records) {
      const name = record.segments.join('/');
      const below = root === '' ? '' : `${root}/`;
      if (name === `${below}${METADATA_FILE}`) await this.#readMetadata(record);
      if (name === `${below}${PROVENANCE_FILE}`) await this.#readProvenance(record);
    }
    if (this.#metadata === undefined) throw new TypeError('metadata was not kept');
    return planArchive({
      root,
      records: this.#records,
      metadata: this.#metadata,
      provenance: this.#provenance,
    });
  }

  async #readMetadata(record: MemberRecord): Promise<void> {
    this.#metadata ??= await parseModelMetadata(decodeText(record));
  }

  async #readProvenance(record: MemberRecord): Promise<void> {
    if (this.#provenance !== undefined) return;
    this.#provenance = await parseProvenance(decodeText(record));
    this.#listed = new Map(this.#provenance.files.map(({ path, size }) => [path, size]));
  }

  #admission(places: readonly Place[], record: MemberRecord): Admission {
    const kinds = new Set(places.map(({ kind }) => kind));
    const most = kinds.has('metadata') ? MOST_METADATA_BYTES : MOST_PROVENANCE_BYTES;
    if (kinds.has('metadata') || kinds.has('provenance')) {
      if (record.size <= most) return text(record);
      if (!kinds.has('file')) throw tooLarge(record, most);
    }
    if (kinds.has('file')) {
      const gitOid = record.size <= ALWAYS_LFS_BYTES;
      return { action: 'store', record, headBytes: headBytesOf(record), gitOid };
    }
    const git = places.find((place) => place.kind === 'git');
    if (git === undefined || !GIT_TEXT.test(git.path)) return SKIP;
    if (record.size > MOST_GIT_TEXT_BYTES || this.#gitTexts >= MOST_GIT_TEXTS) return SKIP;
    this.#gitTexts += 1;
    return text(record);
  }

  /** The declared total is exact, so what goes beyond it is refused before its first byte. */
  #checkBudget(places: readonly Place[], record: MemberRecord): void {
    const [place, other] = places;
    if (other !== undefined || place?.kind !== 'file') return;
    const listedSize = this.#listed?.get(place.path);
    if (this.#listed !== undefined && place.litter === undefined && listedSize === undefined) {
      throw notListed(record.member);
    }
    if (listedSize !== undefined && listedSize !== record.size) {
      throw wrongSize(record.member, listedSize, record.size);
    }
    if (place.litter !== undefined) {
      this.#litterBytes += record.size;
      if (this.#litterBytes > MOST_LITTER_BYTES) throw tooMuchLitter(record.member);
      return;
    }
    this.#keptBytes += record.size;
    if (this.declaredBytes !== undefined && this.#keptBytes > this.declaredBytes) {
      throw tooManyBytes(record.member, this.declaredBytes, this.#keptBytes);
    }
  }
}

function text(record: MemberRecord): Admission {
  record.whole = true;
  return { action: 'text', record };
}

function headBytesOf({ segments, size }: MemberRecord): number {
  const name = segments.at(-1) ?? '';
  if (name === '.gitattributes' && size <= MOST_ATTRIBUTES_BYTES) return size;
  if (size <= MAX_POINTER_BYTES) return size;
  return name.startsWith('._') ? APPLE_DOUBLE_HEAD : 0;
}

function tooLarge(record: MemberRecord, most: number): Error {
  return archiveInvalid({
    reason: 'metadata-too-large',
    member: record.member,
    problem: `has ${record.size} bytes; at most ${most} are read`,
    remedy: 'Remove from it what does not describe the model.',
  });
}
