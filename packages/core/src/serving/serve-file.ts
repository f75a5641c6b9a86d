import { createHash } from 'node:crypto';
import type { ServedFile, ServedRevision, TakeBuffer } from '../api/hub-view.ts';
import { isRefusal } from '../blobs/is-refusal.ts';
import type { CoreContext } from '../context.ts';
import { presentBlobs } from '../fetch/claims.ts';
import { type FetchTarget, flightId } from '../fetch/fetch-target.ts';
import { TAIL_BYTES } from '../fetch/flight-feed.ts';
import { mismatch } from '../fetch/prove.ts';
import { requireConnection } from '../operations/choose-connection.ts';
import { isModelkeepError, ModelkeepError } from '../spi/errors.ts';
import type { SnapshotFile } from '../spi/model.ts';
import { directRead } from './direct-read.ts';
import type { Filler, FillTarget } from './filler.ts';
import type { StoreMemory } from './store-memory.ts';

interface ServeFileOptions {
  readonly ctx: CoreContext;
  readonly filler: Filler;
  readonly memory: StoreMemory;
  readonly served: ServedRevision;
  /** Where to fetch from; absent for what can only come from the cache. */
  readonly fill: FillTarget | undefined;
  readonly signal: AbortSignal | undefined;
}

/** Content that is not kept: given on as it comes, a whole file with its end held back until it is proved. */
async function* passThrough(
  target: FetchTarget,
  start: number,
  end: number,
  signal: AbortSignal | undefined,
): AsyncGenerator<Uint8Array> {
  const { source, modelId, commit, file } = target;
  const whole = start === 0 && end === file.size;
  const { body } = await source.open(modelId, commit, file, {
    start,
    end,
    ...(signal === undefined ? {} : { signal }),
  });
  if (!whole) {
    yield* body;
    return;
  }
  const sha256 = createHash('sha256');
  const gitOid = createHash('sha1').update(`blob ${file.size}\0`);
  let held: Uint8Array = new Uint8Array();
  for await (const chunk of body) {
    sha256.update(chunk);
    if (!file.lfs) gitOid.update(chunk);
    const bytes = held.length === 0 ? chunk : Buffer.concat([held, chunk]);
    held = bytes.subarray(Math.max(0, bytes.length - TAIL_BYTES));
    if (bytes.length > held.length) yield bytes.subarray(0, bytes.length - held.length);
  }
  const wrong = mismatch(target, { digest: sha256.digest('hex'), gitOid: gitOid.digest('hex') });
  if (wrong !== undefined) throw wrong;
  yield held;
}

/**
 * Content may be here through another model. For a gated or private one that is no right to it: the source must have
 * given this file, or be willing to.
 */
async function checkGrant(
  { ctx, filler, served, fill, signal }: ServeFileOptions,
  file: SnapshotFile,
): Promise<void> {
  if (fill === undefined || ctx.offline || !(served.gated || served.private)) return;
  if (await filler.has(fill, file.path)) return;
  const { source } = requireConnection(ctx, fill.binding.connection);
  const { modelId, commit } = fill.binding.resolved;
  const opened = await source.open(modelId, commit, file, {
    start: 0,
    end: 1,
    ...(signal === undefined ? {} : { signal }),
  });
  for await (const _byte of opened.body) return;
}

/** False if a quota has no room for what is asked for. */
async function hasRoom(admitted: Promise<void> | undefined): Promise<boolean> {
  try {
    await admitted;
    return true;
  } catch (error) {
    if (isModelkeepError(error, 'no-space')) return false;
    throw error;
  }
}

async function unlessRefused(stored: Promise<void>): Promise<void> {
  try {
    await stored;
  } catch (error) {
    if (!isRefusal(error)) throw error;
  }
}

/** One file of a served revision: from its blob, or from its flight. */
export async function serveFile(
  options: ServeFileOptions,
  file: SnapshotFile,
): Promise<ServedFile> {
  const { ctx, filler, memory, served, fill, signal } = options;
  const record =
    file.digest === undefined && file.gitOid === undefined
      ? undefined
      : await memory.ask(`blob ${flightId(file)}`, async () =>
          (await presentBlobs(ctx.metadata, [flightId(file)])).get(flightId(file)),
        );
  const { commit, ageMs } = served;
  const origin = served.origin === 'stale' ? 'stale' : record === undefined ? 'miss' : 'hit';
  const localPath =
    record === undefined
      ? undefined
      : (ctx.blobs.localPath(record.digest) ?? ctx.tier?.pathOf(record.digest, file.size));
  const direct =
    record === undefined || localPath !== undefined
      ? undefined
      : directRead(ctx, served, record.digest);

  async function* fromSource(
    start: number,
    end: number,
    takeBuffer: TakeBuffer | undefined,
  ): AsyncGenerator<Uint8Array> {
    if (fill === undefined || ctx.offline) {
      throw new ModelkeepError(
        ctx.offline ? 'offline' : 'source-unavailable',
        `${file.path} of ${served.modelId} is not in the cache`,
        { details: { file: file.path } },
      );
    }
    const connection = requireConnection(ctx, fill.binding.connection);
    const target: FetchTarget = {
      source: connection.source,
      modelId: fill.binding.resolved.modelId,
      commit,
      file,
    };
    if (connection.populateOnUse === false) {
      yield* passThrough(target, start, end, signal);
      return;
    }
    const { admitted, stored } = filler.fill(fill, file, target);
    ctx.background(stored);
    if (!(await hasRoom(admitted))) {
      // What may not be kept is given all the same.
      yield* passThrough(target, start, end, signal);
      return;
    }
    let isGiven = false;
    try {
      for await (const chunk of ctx.fetcher.stream(target, {
        start,
        end,
        ...(takeBuffer === undefined ? {} : { takeBuffer }),
        ...(signal === undefined ? {} : { signal }),
      })) {
        isGiven = true;
        yield chunk;
      }
    } catch (error) {
      if (isGiven || !isRefusal(error)) throw error;
      yield* passThrough(target, start, end, signal);
      return;
    }
    // The next request must find it, unless that can never be.
    if (end === file.size) await unlessRefused(stored);
  }

  const noteSent = (): void => {
    if (fill !== undefined && record !== undefined) ctx.background(filler.keep(fill, file, record));
  };

  if (record !== undefined) await checkGrant(options, file);
  return {
    file,
    modelId: served.modelId,
    commit,
    origin,
    ageMs,
    ...(localPath === undefined ? {} : { localPath }),
    ...(direct === undefined ? {} : { direct }),
    noteSent,
    async *open({ start = 0, end = file.size, takeBuffer } = {}) {
      if (record === undefined) {
        yield* fromSource(start, end, takeBuffer);
        return;
      }
      noteSent();
      using _held = ctx.holds.hold(served.modelId, true);
      if (start === 0) ctx.tier?.noteRead(record.digest, file.size);
      let given = 0;
      try {
        for await (const chunk of await ctx.blobs.read(record.digest, {
          start,
          end,
          ...(takeBuffer === undefined ? {} : { takeBuffer }),
          ...(signal === undefined ? {} : { signal }),
        })) {
          given += chunk.byteLength;
          yield chunk;
        }
      } catch (error) {
        // Somebody tidied up by hand: it is fetched again.
        if (!isModelkeepError(error, 'object-not-found') || given > 0) throw error;
        yield* fromSource(start, end, takeBuffer);
      }
    },
  };
}
