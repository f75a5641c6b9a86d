import type { ModelSource, RemoteFile } from '@modelkeep/core/spi';
import { describe, expect, it } from 'vitest';
import { lazySource } from './lazy-source.ts';

function recorded(changes: Partial<ModelSource> = {}): { source: ModelSource; calls: unknown[] } {
  const calls: unknown[] = [];
  const note = (name: string): (() => Promise<never>) => {
    return (...args: unknown[]) => {
      calls.push([name, ...args]);
      return Promise.resolve(name as never);
    };
  };
  const source: ModelSource = {
    specificationVersion: 'v1',
    name: 'inner',
    endpoint: 'http://inner.example',
    resolve: note('resolve'),
    async *listFiles(...args) {
      calls.push(['listFiles', ...args]);
      yield { path: 'a', size: 1, lfs: false };
    },
    open: note('open'),
    close: note('close'),
    ...changes,
  };
  return { source, calls };
}

const main = { name: 'main', kind: 'branch', commit: 'c' } as const;

describe('a lazy source', () => {
  it('is loaded at the first call, once', async () => {
    const { source, calls } = recorded({ listRevisions: () => Promise.resolve([main]) });
    let loads = 0;
    const lazy = lazySource({ name: 'a', endpoint: 'b' }, () => {
      loads++;
      return Promise.resolve(source);
    });
    expect(lazy).toMatchObject({ name: 'a', endpoint: 'b' });
    expect(loads).toBe(0);

    const file: RemoteFile = { path: 'a', size: 1, lfs: false };
    const { signal } = new AbortController();
    expect(await lazy.resolve('m', 'main', { signal })).toBe('resolve');
    expect(await lazy.open('m', 'c', file, { start: 1 })).toBe('open');
    const listed: RemoteFile[] = [];
    for await (const found of lazy.listFiles('m', 'c')) listed.push(found);
    expect(listed).toEqual([file]);
    expect(await lazy.listRevisions?.('m')).toEqual([main]);
    await lazy.close();
    expect(loads).toBe(1);
    expect(calls).toEqual([
      ['resolve', 'm', 'main', { signal }],
      ['open', 'm', 'c', file, { start: 1 }],
      ['listFiles', 'm', 'c'],
      ['close'],
    ]);
  });

  it('that was never asked is not loaded to be closed', async () => {
    const lazy = lazySource({ name: 'a', endpoint: 'b' }, () =>
      Promise.reject(new Error('loaded')),
    );
    await expect(lazy.close()).resolves.toBeUndefined();
  });
});
