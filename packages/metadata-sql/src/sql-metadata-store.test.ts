import { isModelkeepError, ModelkeepError, type Snapshot } from '@modelkeep/core/spi';
import { expect, it } from 'vitest';
import { memoryDialect } from '../test/memory-dialect.ts';
import { sqlMetadataStore } from './index.ts';

const LONG = 600_000;

function digestOf(index: number): string {
  return index.toString(16).padStart(64, '0');
}

function codeOf(error: unknown): string {
  return isModelkeepError(error) ? error.code : `${error}`;
}

it('takes more keys than one statement carries', { timeout: 300_000 }, async () => {
  const store = sqlMetadataStore(memoryDialect());
  await store.open();
  const digests = Array.from({ length: 40_000 }, (_, index) => digestOf(index));
  const record = { size: 1, gitOid: 'f'.repeat(40), receipt: 'r', verifiedAt: 1 };
  expect(await store.putBlobs(digests.map((digest) => ({ digest, ...record })))).toEqual([]);
  expect((await store.getBlobs(digests)).size).toBe(40_000);
  const files = digests.map((digest) => ({ path: `f/${digest}`, size: 1, digest, lfs: true }));
  const snapshot: Snapshot = {
    modelId: 'org/large',
    commit: 'a'.repeat(40),
    derived: false,
    files,
    omitted: [],
    createdAt: 1,
  };
  expect(await store.commit({ snapshot })).toEqual({ missing: [] });
  expect((await store.getSnapshot('org/large', snapshot.commit))?.files).toHaveLength(40_000);
  expect((await store.sharedBlobs(digests, 'org/other')).size).toBe(40_000);
  const leases = await store.acquireLeases(digests, { owner: 'me', ttlMs: LONG });
  expect(new Set(leases.map(({ token }) => token)).size).toBe(40_000);
  await store.releaseLeases('me', digests);
  expect(await store.listLeases('')).toEqual([]);
  expect(await store.removeSnapshot('org/large', snapshot.commit)).toBe(true);
  expect(await store.markDeleting(digests, { notedBefore: Number.MAX_SAFE_INTEGER })).toHaveLength(
    40_000,
  );
  await store.forgetBlobs(digests);
  expect((await store.blobTotals()).count).toBe(0);
});

it('takes a lease over at once from a holder that is gone, and counts its bytes no more', async () => {
  const gone = new Set<string>();
  let self: string | undefined = 'process one';
  const holders = { self: () => self, isGone: (holder: string) => gone.has(holder) };
  const store = sqlMetadataStore(memoryDialect({ holders }));
  await store.open();
  const [first] = await store.acquireLeases(['a'], { owner: 'one', ttlMs: LONG, bytes: 7 });
  self = 'process two';
  expect(await store.acquireLeases(['a'], { owner: 'two', ttlMs: LONG })).toEqual([]);
  expect(await store.leasedBytes('two')).toBe(7);
  gone.add('process one');
  expect(await store.leasedBytes('two')).toBe(0);
  expect(await store.listLeases('')).toEqual([]);
  const [taken] = await store.acquireLeases(['a'], { owner: 'two', ttlMs: LONG });
  expect(taken).toMatchObject({ owner: 'two', takenOver: 'dead' });
  expect(taken?.token).toBeGreaterThan(first?.token ?? Number.NaN);
});

it('never calls a holder dead that could not be described', async () => {
  const holders = { self: () => undefined, isGone: () => true };
  const store = sqlMetadataStore(memoryDialect({ holders }));
  await store.open();
  await store.acquireLeases(['a'], { owner: 'one', ttlMs: LONG });
  expect(await store.acquireLeases(['a'], { owner: 'two', ttlMs: LONG })).toEqual([]);
});

it('reads, notes no use and refuses every other change where nothing can be written', async () => {
  const refused = new ModelkeepError('no-space', 'full');
  let refusal: ModelkeepError | undefined;
  const dialect = memoryDialect({ refusal: () => refusal });
  const store = sqlMetadataStore(dialect);
  await store.open();
  refusal = refused;
  await store.touchEntry('hf@org/model', { lastUsed: 1, lastUsedBy: 'me' });
  expect(await store.getEntry('hf@org/model')).toBeUndefined();
  for (const change of [
    () => store.setPinned('hf@org/model', true),
    () => store.commit({}),
    () => store.acquireLeases(['a'], { owner: 'me', ttlMs: LONG }),
  ]) {
    await expect(change()).rejects.toBe(refused);
  }
  refusal = undefined;
  expect(await store.setPinned('hf@org/model', true)).toBe(false);
});

it('stores no kept file without a digest', async () => {
  const store = sqlMetadataStore(memoryDialect());
  await store.open();
  const snapshot: Snapshot = {
    modelId: 'org/model',
    commit: 'a'.repeat(40),
    derived: false,
    files: [{ path: 'a', size: 1, lfs: false }],
    omitted: [],
    createdAt: 1,
  };
  await expect(store.commit({ snapshot }).catch(codeOf)).resolves.toBe('invalid-argument');
});

it('knows of what it forgot for a week, and then of nothing', async () => {
  const dialect = memoryDialect();
  const store = sqlMetadataStore(dialect);
  await store.open();
  const [old, young, last] = [digestOf(1), digestOf(2), digestOf(3)];
  const forget = async (digest: string): Promise<void> => {
    await store.markDeleting([digest], { notedBefore: 0 });
    await store.forgetBlobs([digest]);
  };
  const age = (digest: string, days: number): void => {
    const sql = 'update blobs set noted_at = noted_at - ? where digest = ?';
    dialect.handle.prepare(sql).run(days * 24 * 60 * 60 * 1000, digest);
  };
  for (const digest of [old, young]) await forget(digest);
  age(old, 9);
  age(young, 7);
  await forget(last);
  const rows = dialect.handle.prepare('select digest from blobs order by digest').all();
  expect(rows.map((row) => row['digest'])).toEqual([young, last]);
});
