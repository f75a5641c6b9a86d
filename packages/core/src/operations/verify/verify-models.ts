import type { VerifyOptions } from '../../api/options.ts';
import type { VerifyReport } from '../../api/results.ts';
import type { CoreContext } from '../../context.ts';
import { ModelkeepError } from '../../spi/errors.ts';

export async function verifyModels(
  _ctx: CoreContext,
  _options?: VerifyOptions,
): Promise<VerifyReport> {
  throw new ModelkeepError('unsupported', 'this is being written');
}
