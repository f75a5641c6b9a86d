import { archiveInvalid } from '../spi/archive-error.ts';
import type { ArchiveEntry } from '../spi/archive-format.ts';

const PLAIN_FILES = 'Only files and folders may be in an archive.';

/** Refuses links and devices by name. */
export function refuseSpecial(entry: Pick<ArchiveEntry, 'path' | 'kind' | 'linkTarget'>): void {
  const { path: member, kind, linkTarget = '' } = entry;
  if (kind === 'file' || kind === 'directory') return;
  if (kind === 'other') {
    throw archiveInvalid({
      reason: 'special-file',
      member,
      problem: 'is neither a file nor a folder (a device, a pipe or the like)',
      remedy: PLAIN_FILES,
    });
  }
  const symbolic = kind === 'symlink';
  throw archiveInvalid({
    reason: symbolic ? 'symbolic-link' : 'hard-link',
    member,
    problem: `is a ${symbolic ? 'symbolic' : 'hard'} link${linkTarget === '' ? '' : ` to ${JSON.stringify(linkTarget)}`}`,
    remedy: `${PLAIN_FILES} ${symbolic ? 'Pack what the link points at (tar -h).' : 'Pack each file in full (tar --hard-dereference).'}`,
  });
}

/** Names that were used, so that none is used twice and no file is a folder as well. */
export class UsedNames {
  readonly #files = new Set<string>();
  readonly #folders = new Set<string>();

  note(segments: readonly string[], kind: 'file' | 'directory', member: string): void {
    const path = segments.join('/');
    if (this.#files.has(path)) throw duplicate(member);
    if (kind === 'file') {
      if (this.#folders.has(path)) throw fileAndFolder(member);
      this.#files.add(path);
    } else {
      this.#folders.add(path);
    }
    for (let at = path.indexOf('/'); at !== -1; at = path.indexOf('/', at + 1)) {
      const folder = path.slice(0, at);
      if (this.#files.has(folder)) throw fileAndFolder(member);
      this.#folders.add(folder);
    }
  }
}

function duplicate(member: string): Error {
  return archiveInvalid({
    reason: 'duplicate-member',
    member,
    problem: 'is in the archive twice',
    remedy: 'Make the archive anew, from one folder.',
  });
}

function fileAndFolder(member: string): Error {
  return archiveInvalid({
    reason: 'file-and-folder',
    member,
    problem: 'has a name, or lies in a folder of a name, that is both a file and a folder',
    remedy: 'Make the archive anew, from one folder.',
  });
}
