import type { PullPreview } from '../../api/inspection.ts';
import type { DownloadOptions } from '../../api/options.ts';
import type { CoreContext } from '../../context.ts';
import { flightId } from '../../fetch/fetch-target.ts';
import { checkRoom } from '../../leases/room.ts';
import type { RoomNeed } from '../../leases/room-need.ts';
import { displayName, parseModelName } from '../../names/model-name.ts';
import { isModelkeepError, ModelkeepError } from '../../spi/errors.ts';
import { chooseConnection } from '../choose-connection.ts';
import { findEntry } from '../find-model.ts';
import { addedContents } from '../pull/added-contents.ts';
import { bindRevision, chooseFiles } from '../pull/bind-revision.ts';
import { keptUnder } from '../pull/kept-under.ts';
import { planBlobs } from '../pull/plan-blobs.ts';

async function fits(ctx: CoreContext, need: RoomNeed): Promise<boolean> {
  try {
    await checkRoom(ctx, { ...need, previewOnly: true });
    return true;
  } catch (error) {
    if (isModelkeepError(error, 'no-space')) return false;
    throw error;
  }
}

export async function previewPull(
  ctx: CoreContext,
  name: string,
  options: DownloadOptions = {},
): Promise<PullPreview> {
  const asked = parseModelName(name);
  if (ctx.offline) {
    throw new ModelkeepError('offline', `${displayName(asked)} cannot be asked for: offline`);
  }
  const { connection: wanted, user = ctx.user, signal, onEvent = () => {} } = options;
  const connection = chooseConnection(ctx, asked.modelId, wanted, user);
  const asking = { ...ctx.retries, attempts: 1, onEvent, signal };
  const resolved = await bindRevision(connection, asked, asking);
  const ref = keptUnder(asked, resolved);
  const { kept, omitted } = await chooseFiles(connection, resolved, options, asking);
  const plan = await planBlobs(ctx, kept);
  const neededBytes = plan.needed.reduce(
    (sum, { file, partialBytes }) => sum + file.size - partialBytes,
    0,
  );
  const wholeBytes = plan.needed.reduce((sum, { file }) => sum + file.size, 0);
  const totalBytes = kept.reduce((sum, { size }) => sum + size, 0);
  const missingBytes = kept.reduce(
    (sum, file) => (plan.records.has(flightId(file)) ? sum : sum + file.size),
    0,
  );
  const capacity = await ctx.storage.capacity?.(signal === undefined ? {} : { signal });
  const cached = await findEntry(ctx, ref);
  const { libraryName, pipelineName } = resolved;
  return {
    modelId: ref.modelId,
    revision: ref.revision,
    commit: resolved.commit,
    connection: connection.name,
    files: kept
      .map((file) => ({
        path: file.path,
        size: file.size,
        lfs: file.lfs,
        present: plan.records.has(flightId(file)),
      }))
      .sort((a, b) => (a.path < b.path ? -1 : 1)),
    omittedCount: omitted.length,
    totalBytes,
    presentBytes: totalBytes - missingBytes + (wholeBytes - neededBytes),
    neededBytes,
    ...(capacity === undefined ? {} : { freeBytes: capacity.freeBytes }),
    fits: await fits(ctx, {
      owner: '',
      bytes: neededBytes,
      addedBytes: wholeBytes,
      contents: await addedContents(ctx, connection.name, kept, plan.records),
      connection: connection.name,
      signal,
    }),
    gated: resolved.gated,
    private: resolved.private,
    ...(libraryName === undefined ? {} : { libraryName }),
    ...(pipelineName === undefined ? {} : { pipelineName }),
    tags: resolved.tags,
    ...(cached === undefined
      ? {}
      : { cached: { key: cached.key, commit: cached.commit, complete: cached.complete } }),
  };
}
