import type { Storage, StorageWriteOptions } from '@modelkeep/core/spi';

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
  const changed: Partial<Storage> = lacking.includes('conditionalWrite')
    ? unconditional(storage)
    : {};
  const hidden: ReadonlySet<string | symbol> = new Set(
    lacking.filter((feature) => feature !== 'conditionalWrite'),
  );
  return new Proxy(storage, {
    get(target, property) {
      if (hidden.has(property)) return undefined;
      if (Reflect.has(changed, property)) return Reflect.get(changed, property);
      const value: unknown = Reflect.get(target, property, target);
      return typeof value === 'function' ? value.bind(target) : value;
    },
    has: (target, property) => !hidden.has(property) && Reflect.has(target, property),
  });
}

/** What changes in a storage that does not honour `onlyIfAbsent`. */
function unconditional(storage: Storage): Partial<Storage> {
  const always = ({ onlyIfAbsent: _, ...options }: StorageWriteOptions = {}): StorageWriteOptions =>
    options;
  const ingestFile = storage.ingestFile?.bind(storage);
  return {
    features: { ...storage.features, conditionalWrite: false },
    write: (key, body, options) => storage.write(key, body, always(options)),
    ...(ingestFile && {
      ingestFile: (key, path, options) => ingestFile(key, path, always(options)),
    }),
  };
}
