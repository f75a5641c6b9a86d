import type { CacheEventListener } from '../../api/events.ts';
import type { Connection } from '../../api/options.ts';
import { backoffMs } from '../../fetch/backoff.ts';
import { flightId } from '../../fetch/fetch-target.ts';
import { checkSourcePath } from '../../names/file-path.ts';
import { fileFilter } from '../../names/globs.ts';
import type { ModelRef } from '../../names/model-name.ts';
import { isModelkeepError, ModelkeepError } from '../../spi/errors.ts';
import type { ModelSource, RemoteFile, ResolvedModel } from '../../spi/model-source.ts';
import { delay } from '../../util/delay.ts';

const MAX_REVISIONS_SHOWN = 20;

/** How a source is asked, and asked again when it does not answer. */
export interface Asking {
  readonly attempts: number;
  readonly retryDelayMs: number;
  readonly onEvent: CacheEventListener;
  readonly signal: AbortSignal | undefined;
}

async function ask<T>(question: () => Promise<T>, asking: Asking, what: string): Promise<T> {
  const { attempts, retryDelayMs, onEvent, signal } = asking;
  for (let attempt = 1; ; attempt += 1) {
    try {
      return await question();
    } catch (error) {
      signal?.throwIfAborted();
      if (!isModelkeepError(error) || !error.retryable || attempt >= attempts) throw error;
      const delayMs = Math.max(backoffMs(attempt, retryDelayMs), error.retryAfterMs ?? 0);
      onEvent({ type: 'retry', path: what, attempt, delayMs, reason: error.message });
      await delay(delayMs, signal);
    }
  }
}

async function withRevisions(
  error: unknown,
  source: ModelSource,
  ref: ModelRef,
  signal: AbortSignal | undefined,
): Promise<unknown> {
  if (!isModelkeepError(error, 'revision-not-found') || source.listRevisions === undefined)
    return error;
  const known = await source
    .listRevisions(ref.modelId, signal === undefined ? {} : { signal })
    .catch(() => []);
  if (known.length === 0) return error;
  const names = known.map(({ name }) => name);
  const shown =
    names.slice(0, MAX_REVISIONS_SHOWN).join(', ') +
    (known.length > MAX_REVISIONS_SHOWN ? ', …' : '');
  return new ModelkeepError(
    'revision-not-found',
    `${ref.modelId} has no revision ${ref.revision}; it has: ${shown}`,
    { cause: error, details: { ...error.details, revisions: names } },
  );
}

/** Binds the revision to its commit. */
export async function bindRevision(
  connection: Connection,
  ref: ModelRef,
  asking: Asking,
): Promise<ResolvedModel> {
  const { source } = connection;
  const { onEvent, signal } = asking;
  const options = signal === undefined ? {} : { signal };
  try {
    const resolved = await ask(
      () => source.resolve(ref.modelId, ref.revision, options),
      asking,
      ref.modelId,
    );
    onEvent({
      type: 'resolved',
      modelId: resolved.modelId,
      revision: ref.revision,
      commit: resolved.commit,
    });
    return resolved;
  } catch (error) {
    throw await withRevisions(error, source, ref, signal);
  }
}

export interface ChosenFiles {
  readonly kept: readonly RemoteFile[];
  readonly omitted: readonly RemoteFile[];
}

/** A source hides what is in files that it would not give either: asked for one, it says why. */
async function checkProvable(
  { source }: Connection,
  { modelId, commit }: ResolvedModel,
  files: readonly RemoteFile[],
  signal: AbortSignal | undefined,
): Promise<void> {
  const hidden = files.find(({ digest, gitOid }) => digest === undefined && gitOid === undefined);
  if (hidden === undefined) return;
  const stop = new AbortController();
  const either = signal === undefined ? stop.signal : AbortSignal.any([signal, stop.signal]);
  await source.open(modelId, commit, hidden, { signal: either });
  stop.abort();
  flightId(hidden);
}

/** The files of the commit, divided by the patterns. */
export async function chooseFiles(
  connection: Connection,
  resolved: ResolvedModel,
  patterns: { readonly include?: readonly string[]; readonly exclude?: readonly string[] },
  asking: Asking,
): Promise<ChosenFiles> {
  const wanted = fileFilter(patterns.include, patterns.exclude);
  const files = await ask(
    () =>
      Array.fromAsync(
        connection.source.listFiles(
          resolved.modelId,
          resolved.commit,
          asking.signal === undefined ? {} : { signal: asking.signal },
        ),
      ),
    asking,
    resolved.modelId,
  );
  const kept = files.filter(({ path }) => wanted(path));
  await checkProvable(connection, resolved, kept, asking.signal);
  for (const { path } of kept) checkSourcePath(path, resolved.modelId);
  if (kept.length === 0 && files.length > 0) {
    throw new ModelkeepError(
      'invalid-argument',
      `no file of ${resolved.modelId} matches the patterns; it has ${files.length} files, such as ${files
        .slice(0, 5)
        .map(({ path }) => path)
        .join(', ')}`,
    );
  }
  return { kept, omitted: files.filter(({ path }) => !wanted(path)) };
}
