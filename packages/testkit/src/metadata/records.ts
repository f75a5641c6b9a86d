import type { JsonValue, ListRecordsOptions, MetadataStore } from '@modelkeep/core/spi';
import { describe, expect } from 'vitest';
import { listAll } from '../suite/list-all.ts';
import { laterThan } from './fixtures.ts';
import type { MetadataTest } from './metadata-test.ts';

const VALUES: readonly JsonValue[] = [
  null,
  true,
  0,
  -1.5,
  Number.MAX_SAFE_INTEGER,
  '',
  'nul \u0000, lone \ud800, \u{1f600}, "quoted" \\',
  [],
  {},
  { deep: [{ er: null }, [1, 'x']], '': 0, 'a b': false },
  'x'.repeat(100_000),
];

export function describeRecords(test: MetadataTest): void {
  describe('records', () => {
    test('come back as they were stored, whatever JSON they are', async ({ store }) => {
      const before = await store.now();
      for (const [index, value] of VALUES.entries()) {
        expect(await store.putRecord('values', `${index}`, value)).toBe(true);
      }
      const after = await store.now();
      for (const [index, value] of VALUES.entries()) {
        const record = await store.getRecord('values', `${index}`);
        expect(record).toMatchObject({ collection: 'values', id: `${index}` });
        expect(record?.value).toEqual(value);
        expect(record?.updatedAt).toBeGreaterThanOrEqual(before);
        expect(record?.updatedAt).toBeLessThanOrEqual(after);
      }
      expect(await listAll(store.listRecords('values'))).toHaveLength(VALUES.length);
    });

    test('are replaced, with the time of the replacement', async ({ store }) => {
      await store.putRecord('c', 'id', { first: true });
      const first = await store.getRecord('c', 'id');
      await laterThan(store, first?.updatedAt ?? 0);
      expect(await store.putRecord('c', 'id', 'second')).toBe(true);
      const second = await store.getRecord('c', 'id');
      expect(second?.value).toBe('second');
      expect(second?.updatedAt).toBeGreaterThan(first?.updatedAt ?? Number.NaN);
      expect(await listAll(store.listRecords('c'))).toEqual([second]);
    });

    test('with ifAbsent are stored only where there is none', async ({ store }) => {
      expect(await store.putRecord('c', 'id', 1, { ifAbsent: true })).toBe(true);
      const first = await store.getRecord('c', 'id');
      expect(await store.putRecord('c', 'id', 2, { ifAbsent: true })).toBe(false);
      expect(await store.getRecord('c', 'id')).toEqual(first);
      expect(await store.putRecord('c', 'other', 3, { ifAbsent: true })).toBe(true);
      expect(await store.putRecord('other', 'id', 4, { ifAbsent: true })).toBe(true);
      await store.removeRecord('c', 'id');
      expect(await store.putRecord('c', 'id', 5, { ifAbsent: true })).toBe(true);
      expect((await store.getRecord('c', 'id'))?.value).toBe(5);
    });

    test('with ifAbsent from several processes: one stores, in 20 rounds', async (given) => {
      const stores = [given.store, await given.another(), await given.another()];
      for (let round = 0; round < 20; round += 1) {
        const stored = await Promise.all(
          stores.flatMap((store, index) =>
            ['first', 'second'].map(async (name) => {
              const value = `${index} ${name}`;
              const won = await store.putRecord('c', `${round}`, value, { ifAbsent: true });
              return won ? [value] : [];
            }),
          ),
        );
        expect(stored.flat(), `round ${round}`).toHaveLength(1);
        expect((await given.store.getRecord('c', `${round}`))?.value).toBe(stored.flat()[0]);
      }
    });

    test('are removed once', async ({ store }) => {
      await store.putRecord('c', 'id', 1);
      await store.putRecord('c', 'other', 2);
      expect(await store.removeRecord('c', 'i_')).toBe(false);
      expect(await store.removeRecord('other', 'id')).toBe(false);
      expect(await store.removeRecord('c', 'id')).toBe(true);
      expect(await store.removeRecord('c', 'id')).toBe(false);
      expect(await store.getRecord('c', 'id')).toBeUndefined();
      expect(await listAll(store.listRecords('c'))).toMatchObject([{ id: 'other' }]);
    });

    test('are kept apart by collection and id, whatever these are', async ({ store }) => {
      const names = ['a', 'A', 'a/b', 'a%', 'a_', "'; --", '__proto__', 'caf\u00e9', 'cafe\u0301'];
      for (const collection of names) {
        for (const id of names) await store.putRecord(collection, id, `${collection} ${id}`);
      }
      for (const collection of names) {
        const listed = await listAll(store.listRecords(collection));
        expect(listed.map(({ id }) => id)).toEqual([...names].sort());
        for (const { id, value } of listed) expect(value).toBe(`${collection} ${id}`);
        expect((await store.getRecord(collection, 'a'))?.value).toBe(`${collection} a`);
      }
      expect(await store.getRecord('a', 'aa')).toBeUndefined();
      expect(await listAll(store.listRecords('aa'))).toEqual([]);
    });

    test('are listed by id, by code unit, in parts and backwards', async ({ store }) => {
      const ids = ['a', 'B', 'b', 'ba', 'b-', 'é', '~', '\uff5e', '\u{1f600}', '10', '9'].sort();
      for (const id of [...ids].reverse()) await store.putRecord('c', id, id);
      const list = async (options: ListRecordsOptions): Promise<string[]> =>
        (await listAll(store.listRecords('c', options))).map(({ id }) => id);
      const backwards = [...ids].reverse();
      expect(await list({})).toEqual(ids);
      expect(await list({ descending: true })).toEqual(backwards);
      expect(await list({ limit: 3 })).toEqual(ids.slice(0, 3));
      expect(await list({ limit: 3, descending: true })).toEqual(backwards.slice(0, 3));
      expect(await list({ limit: 100 })).toEqual(ids);
      for (const after of [...ids, '', 'aa', 'zzz', '\u{1f601}']) {
        const rest = ids.filter((id) => id > after);
        expect(await list({ after }), after).toEqual(rest);
        expect(await list({ after, limit: 2 }), after).toEqual(rest.slice(0, 2));
        expect(await list({ after, descending: true }), after).toEqual(
          backwards.filter((id) => id < after),
        );
      }
    });

    test('may be many: read in pages, and removed while they are listed', async (given) => {
      const { store, many } = given;
      const ids = Array.from({ length: many / 10 }, (_, index) => `id-${index}`).sort();
      await Promise.all(ids.map((id) => store.putRecord('c', id, { id })));
      expect(await idsInPages(store, 'c', 170)).toEqual(ids);
      for await (const { id } of store.listRecords('c')) await store.removeRecord('c', id);
      expect(await listAll(store.listRecords('c'))).toEqual([]);
    });

    test('are seen at once by another process', async ({ store, another }) => {
      const other = await another();
      await store.putRecord('c', 'id', { from: 'one' });
      expect(await other.getRecord('c', 'id')).toEqual(await store.getRecord('c', 'id'));
      await other.removeRecord('c', 'id');
      expect(await store.getRecord('c', 'id')).toBeUndefined();
    });
  });
}

async function idsInPages(
  store: MetadataStore,
  collection: string,
  limit: number,
): Promise<string[]> {
  const ids: string[] = [];
  for (;;) {
    const after = ids.at(-1);
    const options = after === undefined ? { limit } : { limit, after };
    const page = await listAll(store.listRecords(collection, options));
    ids.push(...page.map(({ id }) => id));
    if (page.length < limit) return ids;
  }
}
