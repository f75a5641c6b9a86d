import type { LongCallOptions } from '../../api/options.ts';
import type { AdoptResult } from '../../api/results.ts';
import type { CoreContext } from '../../context.ts';
import { ModelkeepError } from '../../spi/errors.ts';

export async function adoptFolder(
  _ctx: CoreContext,
  _folder: string,
  _options?: LongCallOptions,
): Promise<AdoptResult> {
  throw new ModelkeepError('unsupported', 'this is being written');
}
