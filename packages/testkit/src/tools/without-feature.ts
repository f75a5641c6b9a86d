import type { Storage } from '@modelkeep/core/spi';

/** What a storage may lack. */
export type StorageFeature =
  | 'conditionalWrite'
  | 'ingestFile'
  | 'localPath'
  | 'presign'
  | 'capacity'
  | 'workspace';

/** `storage` as if it could not do `lacking`: shows what core does without. */
export function withoutFeature(storage: Storage, ...lacking: readonly StorageFeature[]): Storage {
  const features = lacking.includes('conditionalWrite')
    ? { ...storage.features, conditionalWrite: false }
    : storage.features;
  const hidden: ReadonlySet<string | symbol> = new Set(
    lacking.filter((feature) => feature !== 'conditionalWrite'),
  );
  return new Proxy(storage, {
    get(target, property) {
      if (hidden.has(property)) return undefined;
      if (property === 'features') return features;
      const value: unknown = Reflect.get(target, property, target);
      return typeof value === 'function' ? value.bind(target) : value;
    },
    has: (target, property) => !hidden.has(property) && Reflect.has(target, property),
  });
}
