import { mkdtemp, rm, stat } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { LeaseRequest, Reservation, SnapshotFile } from '@modelkeep/core/spi';
import { tarOfMembers } from '@modelkeep/testkit/hostile-archives';
import { bodyOf, memoryMetadata, memoryStorage, seededBytes } from '@modelkeep/testkit/memory';
import { expect, it } from 'vitest';
import { modelOf, SIZE } from './aged-models.ts';
import { archives, exported, handBuilt, importBytes, weights } from './archive-fixtures.ts';
import { writeHfRepo } from './hf-cache.ts';
import { type TestCache, testCache } from './test-cache.ts';

/** Room for the content once, and not twice. */
const QUOTA = 1.5 * SIZE;
const model = modelOf('a', 1);
/** In memory, and so not on the volume of the workspace. */
const OTHER_VOLUME = '/dev/shm';

async function isOtherVolume(): Promise<boolean> {
  const here = await stat(tmpdir());
  return stat(OTHER_VOLUME).then(
    ({ dev }) => dev !== here.dev,
    () => false,
  );
}

function idOf({ digest, gitOid, lfs }: SnapshotFile): string {
  return lfs ? `sha256-${digest}` : `git-${gitOid}`;
}

interface Place {
  readonly from: TestCache;
  readonly to: TestCache;
}

const ways: Readonly<Record<string, (place: Place) => Promise<unknown>>> = {
  'an import': async ({ from, to }) =>
    importBytes(to.cache, await exported(from.cache, 'org/a', 'tar')),
  'a copy': async ({ from, to }) =>
    to.cache.copyStore({
      storage: memoryStorage({ objects: from.storage.objects }),
      metadata: memoryMetadata({ data: from.metadata.data }),
    }),
  'an adoption': async ({ to }) => {
    const folder = await mkdtemp(join(OTHER_VOLUME, 'modelkeep-adopt-'));
    try {
      const files = { 'model.bin': { content: seededBytes(1, SIZE), lfs: true } };
      const snapshot = { commit: '1'.repeat(40), files, refs: ['main'] };
      await writeHfRepo(folder, 'models--org--a', [snapshot]);
      await to.cache.adoptFolder(folder);
    } finally {
      await rm(folder, { recursive: true });
    }
  },
};

const hasOtherVolume = await isOtherVolume();
const possible = Object.entries(ways).filter(([name]) => name !== 'an adoption' || hasOtherVolume);

it.each(possible)(
  '%s of what somebody else brings too needs its room once, and tells others so',
  async (_name, bring) => {
    await using from = await testCache({ models: [model], archives });
    await from.cache.pullModel('org/a');
    const contents = (await from.cache.showModel('org/a')).files.map((file) => ({
      id: idOf(file),
      bytes: file.size,
    }));
    const options = { archives, quotaBytes: QUOTA, fetch: { leaseTtlMs: 3000 } };
    await using to = await testCache(options);
    const adds = { contents };
    const other = { owner: 'other', ttlMs: 60_000, bytes: SIZE, adds };
    await to.metadata.acquireLeases(['ingest/other'], other);
    let told: readonly Reservation[] = [];
    const commit = to.metadata.commit.bind(to.metadata);
    to.metadata.commit = async (...args) => {
      told = await to.metadata.listReservations('other');
      return commit(...args);
    };
    await bring({ from, to });
    expect(told).toMatchObject([{ adds }]);
    expect(told[0]?.adds).not.toHaveProperty('connection');
    expect(await to.metadata.storedBytes()).toBe(SIZE);
  },
);

it('an archive that declares no sizes is held against the quota once it is known what it holds', async () => {
  await using to = await testCache({ archives, quotaBytes: weights.length - 1 });
  const archive = tarOfMembers(handBuilt());
  await expect(importBytes(to.cache, archive)).rejects.toMatchObject({ code: 'no-space' });
  expect(await to.metadata.storedBytes()).toBe(0);
});

it('an import that is only looked at sets no room aside, and says if there is none', async () => {
  await using from = await testCache({ models: [model], archives });
  await from.cache.pullModel('org/a');
  const archive = await exported(from.cache, 'org/a', 'tar');
  await using to = await testCache({ archives, quotaBytes: QUOTA });
  const setAside: LeaseRequest[] = [];
  const acquire = to.metadata.acquireLeases.bind(to.metadata);
  to.metadata.acquireLeases = (keys, request, call) => {
    if (request.adds !== undefined || (request.bytes ?? 0) > 0) setAside.push(request);
    return acquire(keys, request, call);
  };
  const look = (cache: TestCache['cache']): Promise<unknown> =>
    cache.inspection.previewImport({ stream: () => bodyOf(archive, 999) });
  await look(to.cache);
  expect(setAside).toEqual([]);
  const small = await to.another({ archives, quotaBytes: SIZE - 1 });
  await expect(look(small)).rejects.toMatchObject({ code: 'no-space' });
});
