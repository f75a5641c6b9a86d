import type { Storage } from '@modelkeep/core/spi';
import { sqliteStorage } from './sqlite-storage.ts';

/** What the config file calls: `storage: { backend: custom-storage, options: { file: … } }`. */
export function createStorage({ file }: { readonly file: string }): Storage {
  return sqliteStorage(file);
}
