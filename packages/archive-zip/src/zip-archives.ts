import { coalesce, toStream } from '@modelkeep/archive-common';
import { type ArchiveFormat, ModelkeepError } from '@modelkeep/core/spi';
import { KnownChecksums } from './known-checksums.ts';
import { readZip } from './read-zip.ts';
import { type Method, storedSize, writeZip } from './write-zip.ts';
import { DESCRIPTOR, END, LOCAL, SINGLE_PART } from './zip-format.ts';

export interface ZipOptions {
  /** How contents are written where a call does not say `compress`. Weights hardly compress. Default: `store`. */
  readonly method?: Method;
}

const NAME = 'zip';
const FIRST_RECORDS: ReadonlySet<number> = new Set([LOCAL, END, DESCRIPTOR, SINGLE_PART]);

function checkName(format: string): void {
  if (format === NAME) return;
  throw new ModelkeepError(
    'invalid-argument',
    `The archive format ${JSON.stringify(format)} is not known here. Use ${NAME}.`,
  );
}

/** Archives as `zip`: read strictly, written the same each time. */
export function zipArchives({ method: usual = 'store' }: ZipOptions = {}): ArchiveFormat {
  const methodOf = ({ compress = false }: { readonly compress?: boolean } = {}): Method =>
    compress ? 'deflate' : usual;
  const sums = new KnownChecksums();
  return {
    specificationVersion: 'v1',
    names: [NAME],
    features: { randomAccess: true, partialWrite: true, compressOption: true },
    detect(head) {
      if (head.byteLength < 4) return undefined;
      const first = new DataView(head.buffer, head.byteOffset, 4).getUint32(0, true);
      return FIRST_RECORDS.has(first) ? NAME : undefined;
    },
    read(input, format, options) {
      checkName(format);
      if (input.path === undefined) {
        throw new ModelkeepError('invalid-argument', 'A zip can only be read from a file.');
      }
      return readZip(input.path, options);
    },
    write(members, options) {
      checkName(options.format);
      const method = methodOf(options);
      const { signal, start = 0 } = options;
      const from = method === 'store' ? start : 0;
      return toStream(coalesce(writeZip(members, { method, signal, start: from, sums })));
    },
    writtenSize(members, format, options) {
      checkName(format);
      return methodOf(options) === 'store' ? storedSize(members) : undefined;
    },
  };
}
