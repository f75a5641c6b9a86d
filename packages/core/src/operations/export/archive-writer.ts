import type { ArchiveFormat } from '../../spi/archive-format.ts';
import { ModelkeepError } from '../../spi/errors.ts';

export const DEFAULT_FORMAT = 'tar';

/** The format of that name. Fails with `unsupported`. */
export function writerOf(archives: readonly ArchiveFormat[], name: string): ArchiveFormat {
  const format = archives.find(({ names }) => names.includes(name));
  if (format !== undefined) return format;
  const known = archives.flatMap(({ names }) => names);
  throw new ModelkeepError(
    'unsupported',
    `no archive format ${JSON.stringify(name)} here; ${known.length === 0 ? 'this cache was opened without any' : `known are ${known.join(', ')}`}`,
  );
}
