import type { ExportOptions } from '../../api/options.ts';
import type { ModelExport } from '../../api/results.ts';
import type { CoreContext } from '../../context.ts';
import { ModelkeepError } from '../../spi/errors.ts';

export async function exportModel(
  _ctx: CoreContext,
  _name: string,
  _options?: ExportOptions,
): Promise<ModelExport> {
  throw new ModelkeepError('unsupported', 'this is being written');
}
