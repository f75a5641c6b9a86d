import type { BigIntStats } from 'node:fs';
import type { StoredObject } from '@modelkeep/core/spi';

/** Content that was written in other ways than through a storage hardly keeps all three. */
export function storedObject(key: string, stats: BigIntStats): StoredObject {
  return {
    key,
    size: Number(stats.size),
    modifiedAt: Number(stats.mtimeMs),
    receipt: `${stats.size}:${stats.mtimeNs}:${stats.ino}`,
  };
}
