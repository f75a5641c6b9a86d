import { useState } from 'react';

/** Which models are ticked, and how large each is. */
export interface Selection {
  readonly keys: ReadonlySet<string>;
  readonly sizeInBytes: number;
  has(key: string): boolean;
  set(models: readonly Ticked[], isTicked: boolean): void;
  clear(): void;
}

interface Ticked {
  readonly key: string;
  readonly sizeInBytes: number;
}

export function useSelection(): Selection {
  const [sizes, setSizes] = useState<ReadonlyMap<string, number>>(new Map());
  return {
    keys: new Set(sizes.keys()),
    sizeInBytes: [...sizes.values()].reduce((sum, size) => sum + size, 0),
    has: (key) => sizes.has(key),
    set(models, isTicked) {
      setSizes((before) => {
        const next = new Map(before);
        for (const { key, sizeInBytes } of models) {
          if (isTicked) next.set(key, sizeInBytes);
          else next.delete(key);
        }
        return next;
      });
    },
    clear: () => setSizes(new Map()),
  };
}
