import type { User } from '../api/options.ts';
import type { CoreContext } from '../context.ts';
import { modelFilter } from '../names/globs.ts';
import { enables } from '../operations/choose-connection.ts';
import { ModelkeepError } from '../spi/errors.ts';
import type { EntrySummary } from '../spi/model.ts';
import type { ResolvedModel } from '../spi/model-source.ts';
import { BINDINGS, bindingId, fromRecord } from './binding.ts';
import type { StoreMemory } from './store-memory.ts';

/** What is gated or private at the source is for those only whom a connection enables it for. */
export function checkMayRead(
  ctx: CoreContext,
  { modelId, gated, private: hidden }: Pick<ResolvedModel, 'modelId'> & Restriction,
  user: User,
): void {
  if ((!gated && !hidden) || user.role === 'admin' || mayFetch(ctx, modelId)) return;
  const why = `no connection of this cache enables ${modelId} for ${user.name}; ask an administrator`;
  if (gated)
    throw new ModelkeepError('gated', `Access to model ${modelId} is restricted: ${why}`, {
      details: { modelId },
    });
  throw new ModelkeepError('model-not-found', 'Repository not found', { details: { modelId } });
}

/** What was pulled and is not for everybody; what use brought has its binding. */
export const RESTRICTED = 'restricted';

type Restriction = Pick<ResolvedModel, 'gated' | 'private'>;

/** Keeps in mind that the source gives the model not to everybody, or that it does so now. */
export async function noteRestriction(
  ctx: CoreContext,
  modelId: string,
  { commit, gated, private: hidden }: ResolvedModel,
): Promise<void> {
  const id = bindingId(modelId, commit);
  if (gated || hidden) {
    await ctx.metadata.putRecord(RESTRICTED, id, { gated, private: hidden });
  } else if ((await ctx.metadata.getRecord(RESTRICTED, id)) !== undefined) {
    await ctx.metadata.removeRecord(RESTRICTED, id);
  }
}

async function restrictionOf(
  ctx: CoreContext,
  { modelId, commit }: Pick<EntrySummary, 'modelId' | 'commit'>,
): Promise<Restriction | undefined> {
  const id = bindingId(modelId, commit);
  const bound = await ctx.metadata.getRecord(BINDINGS, id);
  if (bound !== undefined) return fromRecord(bound.value).resolved;
  const noted = await ctx.metadata.getRecord(RESTRICTED, id);
  return noted === undefined ? undefined : (noted.value as unknown as Restriction);
}

/** The same for what is cached, as far as it is known what the source said of it. `memory`: what the store said before counts. */
export async function checkMayReadEntry(
  ctx: CoreContext,
  entry: Pick<EntrySummary, 'modelId' | 'commit'>,
  user: User,
  memory?: StoreMemory,
): Promise<void> {
  const { modelId, commit } = entry;
  if (user.role === 'admin' || mayFetch(ctx, modelId)) return;
  const look = (): Promise<Restriction | undefined> => restrictionOf(ctx, entry);
  const restriction = await (memory?.ask(`restriction ${modelId}@${commit}`, look) ?? look());
  if (restriction !== undefined) checkMayRead(ctx, { modelId, ...restriction }, user);
}

/** For lists: tells of each entry whether the user may read it. */
export function readable(
  ctx: CoreContext,
  user: User,
): (entry: EntrySummary) => boolean | Promise<boolean> {
  if (user.role === 'admin') return () => true;
  const enabled = ctx.connections.map(({ models }) => modelFilter(models));
  return async (entry) => {
    if (enabled.some((enables) => enables(entry.modelId))) return true;
    const { gated = false, private: hidden = false } = (await restrictionOf(ctx, entry)) ?? {};
    return !gated && !hidden;
  };
}

function mayFetch(ctx: CoreContext, modelId: string): boolean {
  return ctx.connections.some((connection) => enables(connection, modelId));
}
