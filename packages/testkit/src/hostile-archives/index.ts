import type { HostileCase } from './hostile-case.ts';
import { hostileContent } from './hostile-content.ts';
import { hostileMembers } from './hostile-members.ts';
import { hostileMetadata } from './hostile-metadata.ts';
import { hostilePaths } from './hostile-paths.ts';

export type {
  HostileArchive,
  HostileCase,
  HostileExpectation,
  HostileMember,
} from './hostile-case.ts';
export { hostileTars } from './hostile-tars.ts';
export { hostileZips } from './hostile-zips.ts';
export {
  padded,
  paxRecord,
  type RawHeader,
  rawHeader,
  rawLongName,
  rawMember,
  rawPax,
  rawTar,
  TAR_END,
  tarOfMembers,
} from './raw-tar.ts';

export {
  type RawZipEnd,
  type RawZipHeader,
  type RawZipMember,
  rawZip,
  zipOfMembers,
} from './raw-zip.ts';

/** Archives that every format must lead to a refusal, with the one error that each must give. Made anew at each call; nothing is shipped. */
export function hostileCases(): readonly HostileCase[] {
  return [...hostilePaths(), ...hostileMembers(), ...hostileMetadata(), ...hostileContent()];
}
