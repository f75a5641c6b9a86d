import type { User } from '../api/options.ts';
import type { CoreContext } from '../context.ts';
import { enables } from '../operations/choose-connection.ts';
import { ModelkeepError } from '../spi/errors.ts';
import type { EntrySummary } from '../spi/model.ts';
import type { ResolvedModel } from '../spi/model-source.ts';
import { BINDINGS, bindingId, fromRecord } from './binding.ts';

/** What is gated or private at the source is for those only whom a connection enables it for. */
export function checkMayRead(
  ctx: CoreContext,
  { modelId, gated, private: hidden }: ResolvedModel,
  user: User,
): void {
  if ((!gated && !hidden) || user.role === 'admin') return;
  if (ctx.connections.some((connection) => enables(connection, modelId))) return;
  const why = `no connection of this cache enables ${modelId} for ${user.name}; ask an administrator`;
  if (gated)
    throw new ModelkeepError('gated', `Access to model ${modelId} is restricted: ${why}`, {
      details: { modelId },
    });
  throw new ModelkeepError('model-not-found', 'Repository not found', { details: { modelId } });
}

/** The same for what is cached, as far as it is known what the source said of it. */
export async function checkMayReadEntry(
  ctx: CoreContext,
  { modelId, commit }: Pick<EntrySummary, 'modelId' | 'commit'>,
  user: User,
): Promise<void> {
  if (user.role === 'admin') return;
  const record = await ctx.metadata.getRecord(BINDINGS, bindingId(modelId, commit));
  if (record !== undefined) checkMayRead(ctx, fromRecord(record.value).resolved, user);
}
