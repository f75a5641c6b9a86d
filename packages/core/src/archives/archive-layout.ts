import { METADATA_FILE } from '../model-metadata/metadata-schema.ts';
import { archiveInvalid } from '../spi/archive-error.ts';
import { PROVENANCE_FILE } from './provenance.ts';

/** The folder of the repository's files. */
export const MODEL_FOLDER = 'model';

/** What is larger was not left by such a system, and is not kept on the chance that it may belong. */
const MOST_LITTER_BYTES = 16 * 1024 * 1024;

/** Desktop systems and clients leave these; they belong to no repository unless one is known to hold them. */
type Litter = 'apple-double' | 'ds-store' | 'download-cache';

/** What a member is under one assumption about where the archive's root is. */
export type Place =
  | { readonly kind: 'metadata' | 'provenance' }
  | { readonly kind: 'file'; readonly path: string; readonly litter?: Litter }
  | { readonly kind: 'git'; readonly path: string }
  | { readonly kind: 'nested-git' | 'beside' };

function litterOf(segments: readonly string[]): Litter | undefined {
  const name = segments.at(-1) ?? '';
  if (segments[0] === '.cache' && segments[1] === 'huggingface') return 'download-cache';
  if (name === '.DS_Store') return 'ds-store';
  return name.startsWith('._') && name.length > 2 ? 'apple-double' : undefined;
}

function placeInModel(segments: readonly string[], size: number): Place {
  const path = segments.join('/');
  if (segments[0] === '.git') return { kind: 'git', path: segments.slice(1).join('/') };
  if (segments.includes('.git')) return { kind: 'nested-git' };
  const litter = litterOf(segments);
  if (litter === undefined) return { kind: 'file', path };
  if (size <= MOST_LITTER_BYTES) return { kind: 'file', path, litter };
  return litter === 'download-cache' ? { kind: 'beside' } : { kind: 'file', path };
}

/** What a file of `size` bytes at `segments` below the root is. */
export function placeInRoot(segments: readonly string[], size: number): Place {
  if (segments.length === 1 && segments[0] === METADATA_FILE) return { kind: 'metadata' };
  if (segments.length === 1 && segments[0] === PROVENANCE_FILE) return { kind: 'provenance' };
  if (segments.length > 1 && segments[0] === MODEL_FOLDER) {
    return placeInModel(segments.slice(1), size);
  }
  return { kind: 'beside' };
}

/** Whether a file so placed shows that its root holds a model. */
function isEvidence(place: Place): boolean {
  return place.kind !== 'beside' && place.kind !== 'provenance';
}

function isDesktopLitter(name: string): boolean {
  return name === '__MACOSX' || name === '.DS_Store' || name.startsWith('._');
}

/**
 * Finds the root of an archive from the members as they come: a folder of any name, or none at all.
 * Only a root folder that is itself called `model` stays undecided until the end.
 */
export class RootFinder {
  /** Roots that surely hold a model: '' or a folder's name. */
  #certain: string | undefined;
  #modelFolderSeen = false;
  #modelMetadataSeen = false;
  #metadataSeen = false;

  /** Notes a file. Fails with `archive-invalid` where a second root shows up. */
  note(segments: readonly string[], size: number, member: string): void {
    const [first = ''] = segments;
    if (isDesktopLitter(first)) return;
    const inFolder = placeInRoot(segments.slice(1), size);
    if (first === MODEL_FOLDER && segments.length > 1) {
      this.#modelFolderSeen = true;
      this.#modelMetadataSeen ||= inFolder.kind === 'metadata';
      if (this.#certain !== undefined && this.#certain !== '') throw twoModels(member);
    } else if (segments.length === 1) {
      if (first === METADATA_FILE) this.#decide('', member);
    } else if (isEvidence(inFolder)) {
      this.#metadataSeen ||= inFolder.kind === 'metadata';
      this.#decide(first, member);
    }
  }

  #decide(root: string, member: string): void {
    const second = this.#certain !== undefined && this.#certain !== root;
    if (second || (root !== '' && this.#modelFolderSeen)) throw twoModels(member);
    this.#certain = root;
    this.#metadataSeen ||= root === '';
  }

  /** The root, once no later member can change it; undefined before. */
  get decided(): string | undefined {
    return this.#certain;
  }

  /** Where a file may belong: in each root that is still possible. */
  places(segments: readonly string[], size: number): readonly Place[] {
    const [first = ''] = segments;
    if (isDesktopLitter(first)) return [{ kind: 'beside' }];
    if (this.#certain === '') return [placeInRoot(segments, size)];
    if (this.#certain !== undefined) {
      return [first === this.#certain ? placeInRoot(segments.slice(1), size) : { kind: 'beside' }];
    }
    return [placeInRoot(segments, size), placeInRoot(segments.slice(1), size)];
  }

  /** The root of the whole archive. Fails with `archive-invalid` if it has no metadata or no model folder. */
  finish(): string {
    const root = this.#certain ?? (this.#modelMetadataSeen ? MODEL_FOLDER : '');
    if (!this.#metadataSeen && !(root === MODEL_FOLDER && this.#modelMetadataSeen)) {
      throw archiveInvalid({
        reason: 'no-metadata',
        problem: `has no ${METADATA_FILE} in its root folder`,
        remedy: `Add one, beside the folder "${MODEL_FOLDER}", with "modelDefinition", "url" and "version".`,
      });
    }
    return root;
  }
}

function twoModels(member: string): Error {
  return archiveInvalid({
    reason: 'two-models',
    member,
    problem: 'belongs to a second model; an archive holds one',
    remedy: 'Make one archive for each model.',
  });
}
