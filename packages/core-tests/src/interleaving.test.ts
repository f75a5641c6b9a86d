import { access } from 'node:fs/promises';
import { join } from 'node:path';
import { tarArchives } from '@modelkeep/archive-tar';
import { type MetadataStore, ModelkeepError } from '@modelkeep/core/spi';
import { memoryModel, seededBytes, withCommit } from '@modelkeep/testkit/memory';
import { describe, expect, it } from 'vitest';
import { type DiskCache, diskCache } from './disk-cache.ts';

const model = memoryModel('org/name', {
  'config.json': '{"a":1}',
  'model.bin': seededBytes(21, 50_000),
});

/** Does `other` right after the first call of `method` has done its work, as another process may. */
function following<Name extends 'removeEntry' | 'getSnapshot' | 'listLeases'>(
  { metadata }: DiskCache,
  method: Name,
  other: () => Promise<unknown>,
): void {
  const original = metadata[method].bind(metadata) as (...args: unknown[]) => Promise<unknown>;
  let called = false;
  const patched = async (...args: unknown[]): Promise<unknown> => {
    const result = await original(...args);
    if (called) return result;
    called = true;
    await Promise.race([other(), new Promise((resolve) => setTimeout(resolve, 300))]);
    return result;
  };
  (metadata as { -readonly [Key in keyof MetadataStore]: unknown })[method] = patched;
}

function blobKey(digest: string): string {
  return `blobs/sha256/${digest.slice(0, 2)}/${digest}`;
}

async function manifests({ storage }: DiskCache): Promise<string[]> {
  return (await Array.fromAsync(storage.list('manifests/'))).map(({ key }) => key);
}

describe('one model, stored and removed by several at once', () => {
  it('keeps whole what was pulled while it was removed', async () => {
    await using test = await diskCache({ models: [model] });
    await test.cache.pullModel('org/name');
    let pulled: Promise<unknown> = Promise.resolve();
    following(test, 'removeEntry', () => {
      pulled = test.cache.pullModel('org/name');
      return pulled;
    });
    await test.cache.removeModel('org/name');
    await pulled;
    expect(await manifests(test)).toHaveLength(2);
    const path = await test.cache.getModelFromCache('org/name');
    await access(join(path, 'model.bin'));
    expect(await test.cache.verifyModels()).toMatchObject({ models: 1, problems: [] });
  });

  it('says so where two remove it at once', async () => {
    await using test = await diskCache({ models: [model] });
    await test.cache.pullModel('org/name');
    const results = await Promise.allSettled([
      test.cache.removeModel('org/name'),
      test.cache.removeModel('org/name'),
    ]);
    expect(results.map(({ status }) => status).toSorted()).toEqual(['fulfilled', 'rejected']);
    const failed = results.find((result) => result.status === 'rejected');
    expect(failed?.reason).toMatchObject({ code: 'model-not-cached' });
    expect(await manifests(test)).toEqual([]);
  });

  it('notes all files where two pull different ones at once', async () => {
    await using test = await diskCache({ models: [model] });
    let second: Promise<unknown> = Promise.resolve();
    following(test, 'getSnapshot', () => {
      second = test.cache.pullModel('org/name', { include: ['*.bin'] });
      return second;
    });
    await test.cache.pullModel('org/name', { include: ['*.json'] });
    await second;
    expect(await test.cache.findModel('org/name')).toMatchObject({ fileCount: 2, complete: true });
    expect((await test.cache.verifyModels()).problems).toEqual([]);
  });

  it('does not collect the manifests of a model that is just being stored', async () => {
    const other = memoryModel('org/other', { 'config.json': '{}' });
    await using test = await diskCache({ models: [model, other] });
    await test.cache.pullModel('org/other');
    // The collector has seen that nobody is storing anything, and finds the manifests before the index has them.
    const commit = test.metadata.commit.bind(test.metadata);
    let collected: Promise<unknown> = Promise.resolve();
    test.metadata.commit = async (...args) => {
      const { listLeases } = test.metadata;
      test.metadata.listLeases = async () => [];
      collected = test.cache.collectGarbage();
      await Promise.race([collected, new Promise((resolve) => setTimeout(resolve, 300))]);
      test.metadata.listLeases = listLeases;
      test.metadata.commit = commit;
      return commit(...args);
    };
    await test.cache.pullModel('org/name');
    await collected;
    expect(await manifests(test)).toHaveLength(4);
    expect((await test.cache.verifyModels()).problems).toEqual([]);
  });

  it.each(['begins', 'goes on'])(
    'does not collect the partial file of a download that %s meanwhile',
    async (how) => {
      const large = memoryModel('org/large', { 'model.bin': seededBytes(22, 6 * 1024 * 1024) });
      await using test = await diskCache({ models: [large] });
      const stall = (start: number) => (start >= 4 * 1024 * 1024 ? { stallAfter: 0 } : undefined);
      test.source.setFaults({ open: ({ start }) => stall(start) });
      const stop = new AbortController();
      const begin = async (signal: AbortSignal): Promise<void> => {
        const before = test.source.openCalls.length;
        pulling = test.cache.pullModel('org/large', { signal });
        pulling.catch(() => {});
        await expect.poll(() => test.source.openCalls.length).toBeGreaterThan(before);
        await expect.poll(() => test.source.bytesServed.get('model.bin')).toBe(4 * 1024 * 1024);
      };
      let pulling: Promise<unknown> = Promise.resolve();
      if (how === 'goes on') {
        await begin(stop.signal);
        stop.abort();
        await pulling.catch(() => {});
      }
      const going = new AbortController();
      const { listLeases } = test.metadata;
      test.metadata.listLeases = async (prefix, ...rest) => {
        const leases = await listLeases.call(test.metadata, prefix, ...rest);
        if (prefix !== 'flight/') return leases;
        test.metadata.listLeases = listLeases;
        await begin(going.signal);
        return leases;
      };
      await test.cache.collectGarbage();
      going.abort();
      await pulling.catch(() => {});
      test.source.setFaults({});
      const { fetchedBytes } = await test.cache.pullModel('org/large');
      expect(fetchedBytes).toBe(2 * 1024 * 1024);
    },
  );

  it('finds a model again after a pull that was cut off, a collection and a lost index', async () => {
    await using test = await diskCache({ models: [model] });
    const { commit: kept } = await test.cache.pullModel('org/name');
    test.source.setModel(withCommit(model, memoryModel('org/name', { 'config.json': '{"a":2}' })));
    const commit = test.metadata.commit.bind(test.metadata);
    test.metadata.commit = () => Promise.reject(new Error('killed'));
    await expect(test.cache.pullModel('org/name')).rejects.toThrow('killed');
    test.metadata.commit = commit;
    await test.cache.collectGarbage();
    await test.metadata.removeEntry('hf@org/name');
    expect((await test.cache.findModel('org/name')).commit).toBe(kept);
  });

  it('imports although a collection takes what the archive shares with the store', async () => {
    await using test = await diskCache({ models: [model], archives: [tarArchives()] });
    await test.cache.pullModel('org/name');
    const { stream } = await test.cache.exportModel('org/name');
    const archive = Buffer.concat(await Array.fromAsync(stream));
    await test.metadata.removeEntry('hf@org/name');
    const commit = test.metadata.commit.bind(test.metadata);
    test.metadata.commit = async (...args) => {
      test.metadata.commit = commit;
      // As by a collection that began before the import.
      const digests = [...(args[0].snapshot?.files ?? [])].map(({ digest }) => digest ?? '');
      const marked = await test.metadata.markDeleting(digests, { notedBefore: Date.now() + 1 });
      for (const digest of marked) await test.storage.delete(blobKey(digest));
      await test.metadata.forgetBlobs(marked);
      return commit(...args);
    };
    async function* once(): AsyncGenerator<Uint8Array> {
      yield archive;
    }
    await test.cache.importModel({ stream: once });
    expect(await test.cache.verifyModels()).toMatchObject({ models: 1, problems: [] });
  });

  it('tells the usage of what is there while a model is removed', async () => {
    await using test = await diskCache({ models: [model] });
    await test.cache.pullModel('org/name');
    const listEntries = test.metadata.listEntries.bind(test.metadata);
    test.metadata.listEntries = async function* (...args) {
      const entries = await Array.fromAsync(listEntries(...args));
      test.metadata.listEntries = listEntries;
      await test.cache.removeModel('org/name');
      yield* entries;
    };
    expect(await test.cache.usage()).toMatchObject({ models: [], blobBytes: 0 });
  });
});

describe('files of which a source does not say what is in them', () => {
  it('are refused, as nothing could prove them', async () => {
    await using test = await diskCache({ models: [model] });
    const listFiles = test.source.listFiles.bind(test.source);
    test.source.listFiles = async function* (...args) {
      for await (const { path, size } of listFiles(...args)) yield { path, size, lfs: true };
    };
    await expect(test.cache.pullModel('org/name')).rejects.toMatchObject({
      code: 'source-unavailable',
      message: expect.stringContaining('config.json'),
    });
    test.source.setFaults({
      open: () => ({ error: new ModelkeepError('gated', 'org/name is gated') }),
    });
    await expect(test.cache.pullModel('org/name')).rejects.toMatchObject({ code: 'gated' });
    expect(await test.cache.collectGarbage()).toMatchObject({ blobs: { count: 0 } });
  });
});
