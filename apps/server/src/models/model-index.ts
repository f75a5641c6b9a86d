import type { CachedModel, ModelCache, User } from '@modelkeep/core';

/** How long a list counts: what other processes do to the store is seen after this. */
const FRESH_MS = 2000;

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
  readonly until: number;
}

export function createModelIndex(
  cache: Pick<ModelCache, 'listModels'>,
  now: () => number = () => performance.now(),
): ModelIndex {
  // What a user may read depends on the role alone.
  const kept = new Map<User['role'], Kept>();
  const read = async (user: User): Promise<readonly IndexedModel[]> => {
    const models: IndexedModel[] = [];
    for await (const model of cache.listModels({ user })) models.push(indexed(model));
    return models;
  };
  return {
    list(user) {
      const known = kept.get(user.role);
      if (known !== undefined && known.until > now()) return known.models;
      const models = read(user);
      kept.set(user.role, { models, until: Number.POSITIVE_INFINITY });
      models.then(
        () => {
          // What was changed while it was read is read again.
          if (kept.get(user.role)?.models !== models) return;
          kept.set(user.role, { models, until: now() + FRESH_MS });
        },
        () => {
          if (kept.get(user.role)?.models === models) kept.delete(user.role);
        },
      );
      return models;
    },
    expire: () => kept.clear(),
  };
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
