import type { ArchiveFormat } from '../../spi/archive-format.ts';
import { ModelkeepError } from '../../spi/errors.ts';

export const DEFAULT_FORMAT = 'tar';

/** The format of that name, which can compress if that is asked for. Fails with `unsupported`. */
export function writerOf(
  archives: readonly ArchiveFormat[],
  name: string,
  compress: boolean,
): ArchiveFormat {
  const format = archives.find(({ names }) => names.includes(name));
  if (compress && format !== undefined && format.features.compressOption !== true) {
    const able = archives.filter(({ features }) => features.compressOption === true);
    throw new ModelkeepError(
      'invalid-argument',
      `the format ${name} has no choice to compress: it is for ${able.flatMap(({ names }) => names).join(', ') || 'none here'}; tar.zst is a compressed tar`,
    );
  }
  if (format !== undefined) return format;
  const known = archives.flatMap(({ names }) => names);
  throw new ModelkeepError(
    'unsupported',
    `no archive format ${JSON.stringify(name)} here; ${known.length === 0 ? 'this cache was opened without any' : `known are ${known.join(', ')}`}`,
  );
}
