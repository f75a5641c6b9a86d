import type { JsonValue, ListRecordsOptions, StoredRecord } from '@modelkeep/core/spi';
import { byCodeUnit, type MemoryMetadataData } from './metadata-data.ts';

export function findRecord(
  { records }: MemoryMetadataData,
  collection: string,
  id: string,
): StoredRecord | undefined {
  return structuredClone(records.get(collection)?.get(id));
}

/** Returns whether the record was stored. */
export function storeRecord(
  { records }: MemoryMetadataData,
  record: { readonly collection: string; readonly id: string; readonly value: JsonValue },
  ifAbsent: boolean,
  updatedAt: number,
): boolean {
  const { collection, id, value } = record;
  const kept = records.get(collection) ?? new Map<string, StoredRecord>();
  if (ifAbsent && kept.has(id)) return false;
  records.set(collection, kept);
  kept.set(id, { collection, id, value: structuredClone(value), updatedAt });
  return true;
}

/** The records that a listing asks for, in its order. */
export function recordsOf(
  { records }: MemoryMetadataData,
  collection: string,
  { after, limit, descending = false }: ListRecordsOptions = {},
): readonly StoredRecord[] {
  const direction = descending ? -1 : 1;
  return [...(records.get(collection)?.values() ?? [])]
    .filter(({ id }) => after === undefined || direction * byCodeUnit(id, after) > 0)
    .sort((a, b) => direction * byCodeUnit(a.id, b.id))
    .slice(0, limit)
    .map((record) => structuredClone(record));
}
