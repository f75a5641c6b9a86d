import { archiveInvalid } from '../spi/archive-error.ts';

/** Limits of a path in a repository, in bytes of UTF-8. */
const MAX_MODEL_PATH_BYTES = 1024;
const MAX_SEGMENT_BYTES = 255;
const MAX_DEPTH = 32;
/** In an archive a root folder and `model/` stand before it. */
export const MAX_MEMBER_PATH_BYTES: number = MAX_MODEL_PATH_BYTES + MAX_SEGMENT_BYTES + 8;
const MAX_MEMBER_DEPTH = MAX_DEPTH + 2;

const CONTROL = /\p{Cc}/u;
const DEVICE = /^(?:con|prn|aux|nul|com[0-9¹²³]|lpt[0-9¹²³]|conin\$|conout\$|clock\$) *(?:\.|$)/i;
const DRIVE = /^[a-z]:/i;
// Characters that HFS+ ignores in names.
const IGNORED = /[\u200c-\u200f\u202a-\u202e\u206a-\u206f\ufeff]/g;

const RENAME = 'Rename it, and make the archive anew.';

interface Refusal {
  readonly reason: string;
  readonly problem: string;
}

/** Whether some file system or git takes `segment` for git's own folder, though it is not called `.git`. */
function looksLikeGitFolder(segment: string): boolean {
  const bare = segment.replace(IGNORED, '').toLowerCase();
  return (
    segment !== '.git' &&
    (bare === '.git' || bare.startsWith('.git:') || /^git~\d+(?:$|:)/.test(bare))
  );
}

function refuseSegment(segment: string): Refusal | undefined {
  if (segment === '..')
    return { reason: 'path-leaves-root', problem: 'leads out of its folder by ".."' };
  if (segment === '' || segment === '.') {
    return { reason: 'path-not-plain', problem: 'has an empty or "." part in its path' };
  }
  if (DRIVE.test(segment)) {
    return { reason: 'path-absolute', problem: 'names a drive in its path' };
  }
  if (Buffer.byteLength(segment) > MAX_SEGMENT_BYTES) {
    return {
      reason: 'path-too-long',
      problem: `has a part of more than ${MAX_SEGMENT_BYTES} bytes in its path`,
    };
  }
  if (/[. ]$/.test(segment)) {
    return {
      reason: 'name-not-portable',
      problem: 'has a part that ends in a dot or a space, which Windows drops',
    };
  }
  if (DEVICE.test(segment)) {
    return {
      reason: 'name-not-portable',
      problem: 'has a part that names a device on Windows',
    };
  }
  if (looksLikeGitFolder(segment)) {
    return {
      reason: 'git-folder-alias',
      problem: `has a part that some systems take for git's own folder`,
    };
  }
  return undefined;
}

function refusePath(path: string): Refusal | undefined {
  if (path === '') return { reason: 'path-not-plain', problem: 'has no name' };
  if (CONTROL.test(path)) {
    return { reason: 'name-not-portable', problem: 'has a control character in its path' };
  }
  if (!path.isWellFormed())
    return { reason: 'name-not-utf-8', problem: 'has a name that is not Unicode' };
  if (path.startsWith('/')) return { reason: 'path-absolute', problem: 'has an absolute path' };
  if (path.startsWith('\\\\')) return { reason: 'path-absolute', problem: 'names a network share' };
  if (path.includes('\\')) {
    return { reason: 'name-not-portable', problem: 'has a backslash in its path' };
  }
  return undefined;
}

function refuseWhole(path: string, segments: readonly string[]): Refusal | undefined {
  if (Buffer.byteLength(path) > MAX_MEMBER_PATH_BYTES) {
    return {
      reason: 'path-too-long',
      problem: `has a path of more than ${MAX_MEMBER_PATH_BYTES} bytes`,
    };
  }
  if (segments.length > MAX_MEMBER_DEPTH) {
    return {
      reason: 'path-too-deep',
      problem: `lies in more than ${MAX_DEPTH} folders`,
    };
  }
  return undefined;
}

/**
 * The parts of a member's path, if the path is plain and would be so on every platform; else `archive-invalid`.
 * `./` in front, as many tools write it, is dropped; the root itself (`.`) has no parts.
 */
export function pathSegments(memberPath: string): readonly string[] {
  const path = memberPath.replace(/^(?:\.\/)+/, '');
  if ((path === '' && memberPath !== '') || path === '.') return [];
  const segments = path.split('/');
  let refusal = refusePath(path) ?? refuseWhole(path, segments);
  for (const segment of segments) refusal ??= refuseSegment(segment);
  if (refusal !== undefined) {
    throw archiveInvalid({ ...refusal, member: memberPath, remedy: RENAME });
  }
  return segments;
}

/** Whether `segment` is a name that Windows keeps for a device. */
export function isDeviceName(segment: string): boolean {
  return DEVICE.test(segment);
}
