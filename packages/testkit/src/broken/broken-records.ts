import type { MetadataSubject } from '../metadata/metadata-test.ts';
import type { BrokenFake } from './broken-fake.ts';
import { brokenMetadata, tick } from './broken-metadata-store.ts';

export const BROKEN_RECORDS: readonly BrokenFake<MetadataSubject>[] = [
  brokenMetadata(
    'looks for a record first and stores later',
    'records > with ifAbsent from several processes: one stores, in 20 rounds',
    (store) => ({
      async putRecord(collection, id, value, { ifAbsent, ...call } = {}) {
        const found = await store.getRecord(collection, id, call);
        await tick();
        if (ifAbsent === true && found !== undefined) return false;
        return await store.putRecord(collection, id, value, call);
      },
    }),
  ),
  brokenMetadata(
    'begins a page with the last record of the one before',
    'records > are listed by id, by code unit, in parts and backwards',
    (store) => ({
      async *listRecords(collection, options = {}) {
        const { after, ...rest } = options;
        const last = after && (await store.getRecord(collection, after));
        if (last) yield last;
        yield* store.listRecords(collection, after === undefined ? rest : options);
      },
    }),
  ),
  brokenMetadata(
    'keeps the time of the first record',
    'records > are replaced, with the time of the replacement',
    (store) => {
      const times = new Map<string, number>();
      return {
        async getRecord(collection, id, call) {
          const record = await store.getRecord(collection, id, call);
          if (record === undefined) return undefined;
          const updatedAt = times.get(`${collection} ${id}`) ?? record.updatedAt;
          times.set(`${collection} ${id}`, updatedAt);
          return { ...record, updatedAt };
        },
      };
    },
  ),
];
