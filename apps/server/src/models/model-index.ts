import type { CachedModel, ModelCache, User } from '@modelkeep/core';

/** A list older than this is read anew: what other processes do to the store is seen then… */
const FRESH_MS = 2000;
/** …and who asks waits for it for so long. The list of many thousands comes for the next who asks. */
const PATIENCE_MS = 300;
/** One older than this is not given any more. */
const MOST_STALE_MS = 60_000;

/** A cached model with what lists are searched by. */
export interface IndexedModel {
  readonly model: CachedModel;
  /** All that a search looks at, in lower case. */
  readonly text: string;
  readonly library: string | undefined;
  readonly task: string | undefined;
  readonly languages: readonly string[];
  readonly license: string | undefined;
}

/** The list of models in memory: to search, sort and count ten thousand takes milliseconds, to read them anew much longer. */
export interface ModelIndex {
  /** Those that the user may read, by key. */
  list(user: User): Promise<readonly IndexedModel[]>;
  /** Reads them anew at the next question. */
  expire(): void;
}

interface Kept {
  readonly models: Promise<readonly IndexedModel[]>;
  readonly readAt: number;
}

export function createModelIndex(
  cache: Pick<ModelCache, 'listModels'>,
  now: () => number = () => performance.now(),
): ModelIndex {
  // What a user may read depends on the role alone.
  const kept = new Map<User['role'], Kept>();
  const reading = new Map<User['role'], Promise<readonly IndexedModel[]>>();
  const collect = async (user: User): Promise<readonly IndexedModel[]> => {
    const models: IndexedModel[] = [];
    for await (const model of cache.listModels({ user })) models.push(indexed(model));
    return models;
  };
  const read = (user: User): Promise<readonly IndexedModel[]> => {
    const running = reading.get(user.role);
    if (running !== undefined) return running;
    const readAt = now();
    const models = collect(user);
    reading.set(user.role, models);
    const end = (isRead: boolean): void => {
      // What was changed while it was read is read again.
      if (reading.get(user.role) !== models) return;
      reading.delete(user.role);
      if (isRead) kept.set(user.role, { models, readAt });
    };
    models.then(
      () => end(true),
      () => end(false),
    );
    return models;
  };
  return {
    list(user) {
      const known = kept.get(user.role);
      const age = known === undefined ? Number.POSITIVE_INFINITY : now() - known.readAt;
      if (known === undefined || age > MOST_STALE_MS) return read(user);
      return age > FRESH_MS ? withPatience(read(user), known.models) : known.models;
    },
    expire() {
      kept.clear();
      reading.clear();
    },
  };
}

/** What comes soon, else what is there. */
async function withPatience<T>(coming: Promise<T>, otherwise: Promise<T>): Promise<T> {
  const { promise, resolve } = Promise.withResolvers<'late'>();
  const timer = setTimeout(() => resolve('late'), PATIENCE_MS);
  try {
    const first = await Promise.race([coming.catch(() => 'late' as const), promise]);
    return first === 'late' ? await otherwise : first;
  } finally {
    clearTimeout(timer);
  }
}

const LICENSE = 'license:';

/** The license among a model's tags, as the Hub puts it there. */
export function licenseOf(tags: readonly unknown[] | null | undefined): string | undefined {
  const tag = tags?.find((one) => typeof one === 'string' && one.startsWith(LICENSE));
  return typeof tag === 'string' ? tag.slice(LICENSE.length) : undefined;
}

function indexed(model: CachedModel): IndexedModel {
  const { libraryName, pipelineName, taggedLanguages, tags } = model.metadata;
  const [library, task] = [text(libraryName), text(pipelineName)];
  const languages = texts(taggedLanguages);
  return {
    model,
    text: [model.key, library ?? '', task ?? '', ...texts(tags)].join('\n').toLowerCase(),
    library,
    task,
    languages,
    license: licenseOf(texts(tags)),
  };
}

// Metadata of an import is whatever its maker wrote.
function text(value: unknown): string | undefined {
  return typeof value === 'string' && value !== '' ? value : undefined;
}

function texts(values: unknown): string[] {
  return Array.isArray(values) ? values.filter((value) => typeof value === 'string') : [];
}
