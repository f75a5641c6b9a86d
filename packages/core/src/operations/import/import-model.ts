import type { ImportOptions } from '../../api/options.ts';
import type { ImportResult } from '../../api/results.ts';
import type { CoreContext } from '../../context.ts';
import type { ArchiveInput } from '../../spi/archive-format.ts';
import { ModelkeepError } from '../../spi/errors.ts';

export async function importModel(
  _ctx: CoreContext,
  _input: ArchiveInput | { readonly folder: string },
  _options?: ImportOptions,
): Promise<ImportResult> {
  throw new ModelkeepError('unsupported', 'this is being written');
}
