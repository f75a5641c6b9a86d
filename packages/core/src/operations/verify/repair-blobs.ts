import { lstat } from 'node:fs/promises';
import { join } from 'node:path';
import type { Connection } from '../../api/options.ts';
import type { VerifyProblem } from '../../api/results.ts';
import { hubBlobName, repoFolder } from '../../hub-layout/hub-paths.ts';
import { newestToken } from '../../leases/newest-token.ts';
import { blobKey } from '../../names/store-keys.ts';
import { isModelkeepError } from '../../spi/errors.ts';
import type { Digest } from '../../spi/model.ts';
import { stageExistingFile } from '../../staging/stage-existing-file.ts';
import { forEachLimit } from '../../util/concurrency.ts';
import { enables } from '../choose-connection.ts';
import { inspectBlob } from './check-blobs.ts';
import type { BadBlob, Place, VerifyRun } from './verify-run.ts';

const AT_ONCE = 4;

/** The content itself may be well: then a new receipt is all it needs. */
async function isProved(run: VerifyRun, blob: BadBlob): Promise<boolean> {
  if (run.full || blob.finding.kind === 'blob-missing') return false;
  const { digest, size } = blob;
  const record = (await run.ctx.metadata.getBlobs([digest])).get(digest);
  const gitOid = blob.places[0]?.file.gitOid;
  const content = { digest, size, gitOid, path: blobKey(digest) };
  const since = newestToken(run.ctx.metadata);
  const result = await inspectBlob({ ...run, full: true }, content, record);
  if ('kind' in result) return false;
  return (await run.ctx.metadata.putBlobs([result], { since })).length === 0;
}

/** A checkout may still have the content, as a copy or by a link to what was the blob. */
async function restoreFromCheckout(
  run: VerifyRun,
  blob: BadBlob,
  staging: string,
): Promise<boolean> {
  const { ctx, signal } = run;
  for (const { snapshot, file } of blob.places) {
    const path = join(repoFolder(ctx.workspace, snapshot.modelId), 'blobs', hubBlobName(file));
    const found = await lstat(path).catch(() => undefined);
    if (found?.isFile() !== true || found.size !== blob.size) continue;
    const target = join(staging, blob.digest);
    const staged = await stageExistingFile(ctx.hashing, path, target, {
      gitOid: file.gitOid !== undefined,
      signal,
    }).catch((error: unknown) => {
      signal?.throwIfAborted();
      if (isModelkeepError(error)) return undefined;
      throw error;
    });
    if (staged?.digest !== blob.digest) continue;
    await ctx.blobs.publishFile(staged);
    return true;
  }
  return false;
}

/** Those through which the user may fetch the model, the one that it came through first. */
async function connectionsFor(run: VerifyRun, { snapshot }: Place): Promise<readonly Connection[]> {
  const { ctx, user } = run;
  const { modelId, commit } = snapshot;
  const own = new Set<string>();
  for await (const entry of ctx.metadata.listEntries({ modelId }))
    if (entry.commit === commit && entry.connection !== undefined) own.add(entry.connection);
  const enabling = ctx.connections.filter(
    (connection) =>
      enables(connection, modelId) || (user.role === 'admin' && own.has(connection.name)),
  );
  return enabling.toSorted((a, b) => Number(own.has(b.name)) - Number(own.has(a.name)));
}

/** Fetches the content again. Returns why it could not, or undefined. */
async function refetch(run: VerifyRun, blob: BadBlob): Promise<string | undefined> {
  const { ctx, signal } = run;
  if (blob.places.length === 0) return 'nothing refers to it; modelkeep gc removes it';
  if (ctx.offline) return 'this cache is offline';
  const reasons: string[] = [];
  for (const place of blob.places) {
    const { snapshot, file } = place;
    if (snapshot.derived) {
      reasons.push(`${snapshot.modelId} came from an archive without a commit: import it again`);
      continue;
    }
    const connections = await connectionsFor(run, place);
    if (connections.length === 0) reasons.push(`no connection enables ${snapshot.modelId}`);
    for (const { name, source } of connections) {
      try {
        await ctx.fetcher.fetch(
          { source, modelId: snapshot.modelId, commit: snapshot.commit, file },
          { replace: true, onRetry: run.onEvent, ...(signal === undefined ? {} : { signal }) },
        );
        return undefined;
      } catch (error) {
        signal?.throwIfAborted();
        if (!isModelkeepError(error)) throw error;
        reasons.push(`${name}: ${error.message}`);
      }
    }
  }
  return [...new Set(reasons)].join('; ');
}

async function repairBlob(
  run: VerifyRun,
  blob: BadBlob,
  staging: string,
): Promise<string | undefined> {
  try {
    if (await isProved(run, blob)) return undefined;
    if (await restoreFromCheckout(run, blob, staging)) return undefined;
    return await refetch(run, blob);
  } catch (error) {
    run.signal?.throwIfAborted();
    if (!isModelkeepError(error)) throw error;
    return error.message;
  }
}

/** Repairs contents, as far as it can: a damaged blob that cannot be replaced is kept. Returns why, by digest, for those that stay as they are. */
export async function repairBlobs(
  run: VerifyRun,
  bad: ReadonlyMap<Digest, BadBlob>,
  staging: string,
): Promise<ReadonlyMap<Digest, string>> {
  const reasons = new Map<Digest, string>();
  await forEachLimit(bad.values(), AT_ONCE, async (blob) => {
    run.signal?.throwIfAborted();
    const reason = await repairBlob(run, blob, staging);
    if (reason !== undefined) reasons.set(blob.digest, reason);
  });
  return reasons;
}

/** The problems that a damaged content is: one for each snapshot that has it. `reasons` is absent if no repair was asked for. */
export function blobProblems(
  { digest, finding, places }: BadBlob,
  reasons: ReadonlyMap<Digest, string> | undefined,
): readonly VerifyProblem[] {
  const reason = reasons?.get(digest);
  const facts = {
    ...finding,
    repaired: reasons !== undefined && reason === undefined,
    ...(reason === undefined ? {} : { reason }),
  };
  if (places.length === 0) return [{ ...facts, path: blobKey(digest) }];
  return places.map(({ snapshot: { modelId, commit }, file: { path } }) => ({
    ...facts,
    modelId,
    commit,
    path,
  }));
}
