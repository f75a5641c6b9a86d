import type { Reservation } from '@modelkeep/core/spi';
import { describe, expect } from 'vitest';
import { declared } from '../suite/declared.ts';
import { laterThan, until } from './fixtures.ts';
import type { MetadataTest } from './metadata-test.ts';

const LONG = 60_000;
const SHORT = 60;

export function describeLeases(test: MetadataTest): void {
  describe('leases', () => {
    test('are granted to one owner only', async ({ store }) => {
      const mine = await store.acquireLeases(['a', 'b'], { owner: 'me', ttlMs: LONG });
      expect(mine.map(({ key, owner }) => `${key} ${owner}`).sort()).toEqual(['a me', 'b me']);
      for (const lease of mine) expect(lease).not.toHaveProperty('takenOver');
      const theirs = await store.acquireLeases(['a', 'b', 'c'], { owner: 'them', ttlMs: LONG });
      expect(theirs.map(({ key }) => key)).toEqual(['c']);
      expect(await store.acquireLeases([], { owner: 'me', ttlMs: LONG })).toEqual([]);
    });

    test('end by the store’s own clock', async ({ store }) => {
      const before = await store.now();
      const [lease] = await store.acquireLeases(['a'], { owner: 'me', ttlMs: LONG });
      const after = await store.now();
      expect(lease?.expiresAt).toBeGreaterThanOrEqual(before + LONG);
      expect(lease?.expiresAt).toBeLessThanOrEqual(after + LONG);
    });

    test('are granted again to their owner', async ({ store }) => {
      const [first] = await store.acquireLeases(['a'], { owner: 'me', ttlMs: LONG });
      const [again] = await store.acquireLeases(['a'], { owner: 'me', ttlMs: LONG });
      expect(again).toMatchObject({ key: 'a', owner: 'me' });
      expect(again).not.toHaveProperty('takenOver');
      expect(again?.token).toBeGreaterThan(first?.token ?? Number.NaN);
      expect(await store.listLeases('a')).toHaveLength(1);
    });

    test('have a token that grows with each grant, also after a release', async ({ store }) => {
      let last = Number.NEGATIVE_INFINITY;
      for (const owner of ['one', 'two', 'one', 'three']) {
        const [lease] = await store.acquireLeases(['a'], { owner, ttlMs: LONG });
        expect(lease?.token).toBeGreaterThan(last);
        expect(lease).not.toHaveProperty('takenOver');
        last = lease?.token ?? Number.NaN;
        await store.releaseLeases(owner, ['a']);
      }
    });

    test('have tokens that grow whatever the key', async ({ store, another }) => {
      const tokens: number[] = [];
      for (const granting of [store, await another(), store]) {
        const keys = ['a', 'b'].map((key) => `${key}${tokens.length}`);
        const granted = await granting.acquireLeases(keys, { owner: 'me', ttlMs: LONG });
        const [low = Number.NaN, high] = granted.map(({ token }) => token).sort((x, y) => x - y);
        expect(low).toBeGreaterThan(tokens.at(-1) ?? Number.NEGATIVE_INFINITY);
        tokens.push(low, high ?? Number.NaN);
      }
    });

    test('that expired are taken over, and their old owner cannot renew them', async ({
      store,
    }) => {
      const [old] = await store.acquireLeases(['a'], { owner: 'slow', ttlMs: SHORT });
      await store.acquireLeases(['b'], { owner: 'slow', ttlMs: LONG });
      const taken = await until(
        async () => (await store.acquireLeases(['a'], { owner: 'new', ttlMs: LONG }))[0],
      );
      expect(await store.now()).toBeGreaterThanOrEqual(old?.expiresAt ?? Number.NaN);
      expect(taken).toMatchObject({ owner: 'new', takenOver: 'expired' });
      expect(taken.token).toBeGreaterThan(old?.token ?? Number.NaN);
      expect(await store.renewLeases({ owner: 'slow', ttlMs: LONG })).toEqual(['b']);
      await store.releaseLeases('slow', ['a']);
      await store.releaseLeases('slow');
      expect(await store.listLeases('')).toMatchObject([{ key: 'a', owner: 'new' }]);
    });

    test('are ended before their time by whoever knows their token', async ({ store }) => {
      const [lease] = await store.acquireLeases(['a', 'b'], {
        owner: 'old',
        ttlMs: LONG,
        bytes: 5,
      });
      const token = lease?.token ?? Number.NaN;
      expect(await store.expireLease('absent', token)).toBe(false);
      expect(await store.expireLease('a', token - 1)).toBe(false);
      expect(await store.listLeases('a')).toHaveLength(1);
      expect(await store.expireLease('a', token)).toBe(true);
      expect(await store.listLeases('')).toMatchObject([{ key: 'b', owner: 'old' }]);
      expect(await store.leasedBytes('nobody')).toBe(5);
      const [taken] = await store.acquireLeases(['a'], { owner: 'new', ttlMs: LONG });
      expect(taken).toMatchObject({ owner: 'new', takenOver: 'expired' });
      expect(taken?.token).toBeGreaterThan(token);
      // The token of a holder before: the lease is another one's by now.
      expect(await store.expireLease('a', token)).toBe(false);
      expect(await store.renewLeases({ owner: 'old', ttlMs: LONG })).toEqual(['b']);
      expect(await store.listLeases('a')).toMatchObject([{ owner: 'new' }]);
    });

    test('that were ended before their time stay their living holder’s who renews them', async ({
      store,
    }) => {
      const [lease] = await store.acquireLeases(['a'], { owner: 'me', ttlMs: LONG });
      expect(await store.expireLease('a', lease?.token ?? Number.NaN)).toBe(true);
      expect(await store.renewLeases({ owner: 'me', ttlMs: LONG })).toEqual(['a']);
      expect(await store.acquireLeases(['a'], { owner: 'them', ttlMs: LONG })).toEqual([]);
      await store.releaseLeases('me');
      expect(await store.expireLease('a', lease?.token ?? Number.NaN)).toBe(false);
    });

    test('that ran out long ago are forgotten, and no token comes again', async (given) => {
      const { store, context } = given;
      const forget = declared(context, store.forgetLeases, 'forgetLeases').bind(store);
      const begin = await store.now();
      const [old] = await store.acquireLeases(['a'], { owner: 'gone', ttlMs: SHORT });
      const [ended] = await store.acquireLeases(['b'], { owner: 'gone', ttlMs: LONG });
      await store.expireLease('b', ended?.token ?? Number.NaN);
      await store.acquireLeases(['c'], { owner: 'here', ttlMs: LONG });
      const ranOut = async (): Promise<true | undefined> =>
        (await store.listLeases('')).length === 1 ? true : undefined;
      const renewed = async (): Promise<readonly string[]> =>
        (await store.renewLeases({ owner: 'gone', ttlMs: SHORT })).toSorted();
      await until(ranOut);
      await forget(begin);
      expect(await renewed()).toEqual(['a', 'b']);
      await until(ranOut);
      await forget((await store.now()) + 1);
      expect(await renewed()).toEqual([]);
      expect(await store.listLeases('')).toMatchObject([{ key: 'c', owner: 'here' }]);
      const [anew] = await store.acquireLeases(['a'], { owner: 'new', ttlMs: LONG });
      expect(anew).not.toHaveProperty('takenOver');
      expect(anew?.token).toBeGreaterThan(ended?.token ?? Number.NaN);
      expect(ended?.token).toBeGreaterThan(old?.token ?? Number.NaN);
    });

    test('of a holder that is known to be dead are taken over at once', async (given) => {
      const { store, subject, context } = given;
      const takeAndDie = declared(context, subject.takeLeasesAndDie, 'takeLeasesAndDie');
      const [old] = await store.acquireLeases(['a'], { owner: 'before', ttlMs: LONG });
      await store.releaseLeases('before');
      await takeAndDie.call(subject, ['a', 'b'], { owner: 'dead', ttlMs: LONG, bytes: 100 });
      expect(await store.listLeases('')).toEqual([]);
      expect(await store.leasedBytes('nobody')).toBe(0);
      const [taken] = await store.acquireLeases(['a'], { owner: 'new', ttlMs: LONG });
      expect(taken).toMatchObject({ owner: 'new', takenOver: 'dead' });
      expect(taken?.token).toBeGreaterThan(old?.token ?? Number.NaN);
    });

    test('are prolonged by a renewal, also after they expired, and only their owner’s', async ({
      store,
    }) => {
      await store.acquireLeases(['a', 'b'], { owner: 'me', ttlMs: SHORT });
      await store.acquireLeases(['c'], { owner: 'other', ttlMs: LONG });
      await until(async () => ((await store.listLeases('a')).length === 0 ? true : undefined));
      const before = await store.now();
      const renewed = await store.renewLeases({ owner: 'me', ttlMs: LONG });
      expect([...renewed].sort()).toEqual(['a', 'b']);
      const listed = await store.listLeases('a');
      expect(listed).toMatchObject([{ key: 'a', owner: 'me' }]);
      expect(listed[0]?.expiresAt).toBeGreaterThanOrEqual(before + LONG);
      expect(await store.acquireLeases(['a', 'b'], { owner: 'them', ttlMs: LONG })).toEqual([]);
      expect(await store.renewLeases({ owner: 'nobody', ttlMs: LONG })).toEqual([]);
    });

    test('tell where their holder is, as of the last grant', async ({ store }) => {
      const held = async (): Promise<unknown> => (await store.listLeases('a'))[0];
      const address = 'http://10.0.0.1:8080/ü';
      const [lease] = await store.acquireLeases(['a'], { owner: 'me', ttlMs: LONG, address });
      expect(lease).toMatchObject({ address });
      expect(await held()).toMatchObject({ address });
      await store.renewLeases({ owner: 'me', ttlMs: LONG });
      expect(await held()).toMatchObject({ address });
      await store.releaseLeases('me', ['a']);
      await store.acquireLeases(['a'], { owner: 'other', ttlMs: LONG });
      expect(await held()).not.toHaveProperty('address');
    });

    test('keep their token when renewed', async ({ store }) => {
      const [lease] = await store.acquireLeases(['a'], { owner: 'me', ttlMs: LONG });
      await store.renewLeases({ owner: 'me', ttlMs: LONG });
      expect((await store.listLeases('a'))[0]?.token).toBe(lease?.token);
    });

    test('are released one by one or all', async ({ store }) => {
      await store.acquireLeases(['a', 'b', 'c'], { owner: 'me', ttlMs: LONG });
      await store.acquireLeases(['d'], { owner: 'other', ttlMs: LONG });
      await store.releaseLeases('me', ['b', 'd', 'absent']);
      const keys = async (): Promise<string[]> =>
        (await store.listLeases('')).map(({ key }) => key).sort();
      expect(await keys()).toEqual(['a', 'c', 'd']);
      await store.releaseLeases('me', []);
      expect(await keys()).toEqual(['a', 'c', 'd']);
      await store.releaseLeases('me');
      expect(await keys()).toEqual(['d']);
      expect(await store.renewLeases({ owner: 'me', ttlMs: LONG })).toEqual([]);
    });

    test('in force are listed by the beginning of their key', async ({ store }) => {
      const keys = ['blob/a', 'blob/b', 'Blob/a', 'blob_/a', 'blobs', 'b%', 'b', '__proto__'];
      const before = await store.now();
      const granted = await store.acquireLeases(keys, { owner: 'me', ttlMs: LONG });
      const after = await store.now();
      for (const prefix of ['', 'b', 'blob', 'blob/', 'blob_', 'b%', '%', 'BLOB', '__', 'x']) {
        const listed = (await store.listLeases(prefix)).map(({ key }) => key).sort();
        expect(listed, prefix).toEqual(keys.filter((key) => key.startsWith(prefix)).sort());
      }
      for (const { grantedAt, ...lease } of await store.listLeases('')) {
        expect(lease).toEqual(granted.find(({ key }) => key === lease.key));
        expect(grantedAt).toBeGreaterThanOrEqual(before);
        expect(grantedAt).toBeLessThanOrEqual(after);
      }
    });

    test('count the bytes that others will still write', async ({ store }) => {
      await store.acquireLeases(['a'], { owner: 'one', ttlMs: LONG, bytes: 5_000_000_000_000 });
      await store.acquireLeases(['b'], { owner: 'two', ttlMs: LONG, bytes: 70 });
      await store.acquireLeases(['c'], { owner: 'two', ttlMs: LONG, bytes: 7 });
      await store.acquireLeases(['d'], { owner: 'three', ttlMs: LONG });
      await store.acquireLeases(['e'], { owner: 'brief', ttlMs: SHORT, bytes: 1000 });
      const all = 5_000_000_000_077;
      await until(async () => ((await store.leasedBytes('nobody')) === all ? true : undefined));
      expect(await store.leasedBytes('one')).toBe(77);
      expect(await store.leasedBytes('two')).toBe(5_000_000_000_000);
      await store.renewLeases({ owner: 'one', ttlMs: LONG, bytes: 3 });
      expect(await store.leasedBytes('nobody')).toBe(80);
      await store.releaseLeases('two', ['b']);
      expect(await store.leasedBytes('nobody')).toBe(10);
      await store.releaseLeases('two');
      await store.releaseLeases('one');
      expect(await store.leasedBytes('nobody')).toBe(0);
    });

    test('tell what others set aside', async ({ store }) => {
      const big = { id: 'sha256-a', bytes: 5_000_000_000_000 };
      const adds = { connection: 'ünï', contents: [big, { id: 'git-"b"', bytes: 0 }] };
      await store.acquireLeases(['a'], { owner: 'one', ttlMs: LONG, bytes: 7, adds });
      await store.acquireLeases(['b'], { owner: 'two', ttlMs: LONG, adds });
      await store.acquireLeases(['c'], { owner: 'three', ttlMs: LONG, bytes: 1000 });
      await store.acquireLeases(['d'], { owner: 'four', ttlMs: LONG });
      await store.acquireLeases(['e'], { owner: 'brief', ttlMs: SHORT, bytes: 5, adds });
      const bare = { contents: [big] };
      await store.acquireLeases(['f'], { owner: 'five', ttlMs: LONG, bytes: 2000, adds: bare });
      const setAside = async (exceptOwner: string): Promise<readonly Reservation[]> =>
        (await store.listReservations(exceptOwner)).toSorted((x, y) => x.bytes - y.bytes);
      const rest = [{ bytes: 1000 }, { bytes: 2000, adds: bare }];
      const all = [{ bytes: 0, adds }, { bytes: 7, adds }, ...rest];
      await until(async () =>
        (await setAside('nobody')).length === all.length ? true : undefined,
      );
      expect(await setAside('nobody')).toEqual(all);
      expect(await setAside('one')).toEqual([{ bytes: 0, adds }, ...rest]);
      await store.renewLeases({ owner: 'one', ttlMs: LONG, bytes: 3 });
      expect(await setAside('two')).toEqual([{ bytes: 3, adds }, ...rest]);
      await store.releaseLeases('one');
      await store.renewLeases({ owner: 'three', ttlMs: LONG });
      await store.renewLeases({ owner: 'five', ttlMs: LONG });
      expect(await setAside('one')).toEqual(
        expect.arrayContaining([
          { bytes: 0, adds },
          { bytes: 0, adds: bare },
        ]),
      );
      await store.releaseLeases('five');
      expect(await setAside('nobody')).toEqual([{ bytes: 0, adds }]);
    });

    test('may be thousands in one call', async ({ store, many }) => {
      const keys = Array.from({ length: many }, (_, index) => `many/${index}`);
      const owner = 'me';
      expect(await store.acquireLeases(keys, { owner, ttlMs: LONG })).toHaveLength(many);
      expect(await store.renewLeases({ owner, ttlMs: LONG })).toHaveLength(many);
      expect(await store.listLeases('many/')).toHaveLength(many);
      await store.releaseLeases(owner, keys);
      expect(await store.listLeases('')).toEqual([]);
    });

    test('are granted once each when a key is asked for twice', async ({ store }) => {
      const granted = await store.acquireLeases(['a', 'a', 'b'], { owner: 'me', ttlMs: LONG });
      expect(granted.map(({ key }) => key).sort()).toEqual(['a', 'b']);
    });

    test('follow a clock that moves', async ({ store }) => {
      const time = await store.now();
      expect(Number.isFinite(time)).toBe(true);
      expect(await laterThan(store, time)).toBeGreaterThan(time);
    });
  });
}
