import { type ArchiveEntry, archiveInvalid } from '@modelkeep/core/spi';
import type { CentralHeader } from './headers.ts';
import { HOST } from './zip-format.ts';

const KIND_BITS = 0o170000;
const REGULAR = 0o100000;
const FOLDER = 0o040000;
const LINK = 0o120000;

/** What a member is: by its name, and by the mode that Unix tools note. */
export function kindOf(header: CentralHeader, path: string): ArchiveEntry['kind'] {
  const { host, externalAttributes, size } = header;
  const hasMode = host === HOST.unix || host === HOST.macos;
  const bits = hasMode ? (externalAttributes >>> 16) & KIND_BITS : 0;
  const isFolder = path.endsWith('/');
  if (bits === LINK) return 'symlink';
  if (bits !== 0 && bits !== REGULAR && bits !== FOLDER) return 'other';
  if (bits !== 0 && isFolder !== (bits === FOLDER)) {
    throw archiveInvalid({
      reason: 'bad-header',
      member: path,
      problem: 'is a folder by its name or by its mode, and a file by the other',
    });
  }
  if (isFolder && size > 0) {
    throw archiveInvalid({
      reason: 'content-without-file',
      member: path,
      problem: 'is a directory but has content',
    });
  }
  return isFolder ? 'directory' : 'file';
}
