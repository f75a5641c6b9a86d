import { quoteName } from '../spi/archive-error.ts';
import type { MemberRecord } from './member-record.ts';

/** Names shown one by one; the rest is counted. */
const MOST_NAMES = 20;

/** One warning for each thing that lies where no part of a model does; what is inside a folder of its own is told by that folder's name. */
export function leftOutWarnings(records: readonly MemberRecord[], root: string): string[] {
  const groups = new Map<string, number>();
  for (const { segments } of records) {
    const inRoot = root !== '' && segments[0] === root;
    const depth = (inRoot ? 2 : 1) + (segments[inRoot ? 1 : 0] === 'model' ? segments.length : 0);
    const name = segments.slice(0, depth).join('/');
    groups.set(segments.length > depth ? `${name}/` : name, (groups.get(name) ?? 0) + 1);
  }
  const names = [...groups.keys()];
  const warnings = names
    .slice(0, MOST_NAMES)
    .map((name) => `left out ${quoteName(name)}: it is no part of the model`);
  if (names.length > MOST_NAMES) {
    warnings.push(`left out ${names.length - MOST_NAMES} more names that are no part of the model`);
  }
  return warnings;
}
