import type { CacheEventListener, ModelCache, User } from '@modelkeep/core';
import type { Uploads } from '../uploads/uploads.ts';
import { deleteModels } from './delete-models.ts';
import { type EvictionRequest, evict } from './evict.ts';
import type { Job, JobKind } from './job.ts';
import { preflight } from './preflight.ts';

/** What a job's work is given. */
export interface WorkContext {
  readonly cache: ModelCache;
  readonly uploads: Uploads;
  readonly user: User;
  readonly signal: AbortSignal;
  readonly onEvent: CacheEventListener;
}

type ImportSource = { readonly upload: string } | { readonly path: string };

/** What each kind of job is asked to do; checked when the job is asked for. */
export interface JobParameters {
  readonly pull: {
    readonly model: string;
    readonly connection?: string | undefined;
    readonly include?: readonly string[] | undefined;
    readonly exclude?: readonly string[] | undefined;
  };
  readonly verify: {
    readonly models?: readonly string[] | undefined;
    readonly quick?: boolean | undefined;
    readonly repair?: boolean | undefined;
  };
  readonly gc: { readonly dryRun?: boolean | undefined };
  readonly evict: EvictionRequest;
  readonly import: ImportSource;
  readonly preflight: ImportSource;
  readonly delete: { readonly models: readonly string[] };
}

type Works = {
  readonly [Kind in JobKind]: (
    context: WorkContext,
    parameters: JobParameters[Kind],
  ) => Promise<unknown>;
};

const WORKS: Works = {
  pull: ({ cache, user, signal, onEvent }, { model, connection, include, exclude }) =>
    cache.pullModel(model, {
      ...(connection === undefined ? {} : { connection }),
      ...(include === undefined ? {} : { include }),
      ...(exclude === undefined ? {} : { exclude }),
      // Whoever is served by this server reads from the store.
      layOut: false,
      user,
      signal,
      onEvent,
    }),
  verify: ({ cache, user, signal, onEvent }, { models, quick = false, repair = false }) =>
    cache.verifyModels({
      ...(models === undefined ? {} : { models }),
      quick,
      repair,
      user,
      signal,
      onEvent,
    }),
  gc: ({ cache, user, signal, onEvent }, { dryRun = false }) =>
    cache.collectGarbage({ dryRun, user, signal, onEvent }),
  evict,
  import: async ({ cache, uploads, user, signal, onEvent }, source) => {
    const input = await openSource(uploads, source);
    const result = await cache.importModel(input, { layOut: false, user, signal, onEvent });
    if ('upload' in source) await uploads.remove(source.upload);
    return result;
  },
  preflight: async (context, source) =>
    preflight(context, await openSource(context.uploads, source)),
  delete: (context, { models }) => deleteModels(context, models),
};

function openSource(uploads: Uploads, source: ImportSource): ReturnType<Uploads['openPath']> {
  return 'path' in source ? uploads.openPath(source.path) : uploads.open(source.upload);
}

/** Whether this machine has what a job reads; most read nothing. */
export async function hasSource(uploads: Uploads, { kind, parameters }: Job): Promise<boolean> {
  if (kind !== 'import' && kind !== 'preflight') return true;
  return openSource(uploads, parameters as ImportSource).then(
    () => true,
    () => false,
  );
}

/** Does what a job is about. The result is what clients are shown. */
export function doWork(
  kind: JobKind,
  context: WorkContext,
  parameters: Readonly<Record<string, unknown>>,
): Promise<unknown> {
  return WORKS[kind](context, parameters as never);
}

/** Kinds that are taken up again after their server ended: doing them twice does no harm. */
export const RESUMABLE: ReadonlySet<JobKind> = new Set(['pull', 'import', 'preflight', 'delete']);
