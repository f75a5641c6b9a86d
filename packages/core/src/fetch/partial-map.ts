import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { replaceFile } from '../util/atomic-file.ts';
import type { ByteRange } from './range-map.ts';

const FORMAT_VERSION = 1;

interface StoredMap {
  readonly formatVersion: number;
  /** Name of the data file. */
  readonly data: string;
  readonly size: number;
  readonly etag?: string;
  readonly ranges: readonly (readonly [number, number])[];
}

/** What is known of the partial file of a flight. */
export interface PartialMap {
  readonly data: string;
  readonly size: number;
  readonly etag: string | undefined;
  readonly ranges: readonly ByteRange[];
}

/** Reads what is known of a partial file; undefined if there is none, or it cannot be used. */
export async function readPartialMap(
  folder: string,
  flightId: string,
): Promise<PartialMap | undefined> {
  try {
    const text = await readFile(mapPathOf(folder, flightId), 'utf8');
    const stored = JSON.parse(text) as StoredMap;
    if (stored.formatVersion !== FORMAT_VERSION) return undefined;
    const ranges = stored.ranges.map(([start, end]) => ({ start, end }));
    return { data: stored.data, size: stored.size, etag: stored.etag, ranges };
  } catch {
    // Without a usable map nothing of the data can be trusted; the flight then begins anew.
    return undefined;
  }
}

export function mapPathOf(folder: string, flightId: string): string {
  return join(folder, `${flightId}.json`);
}

/** Writes it for whoever resumes the flight. */
export function writePartialMap(path: string, map: PartialMap): Promise<void> {
  const { data, size, etag, ranges } = map;
  const stored: StoredMap = {
    formatVersion: FORMAT_VERSION,
    data,
    size,
    ...(etag === undefined ? {} : { etag }),
    ranges: ranges.map(({ start, end }) => [start, end] as const),
  };
  return replaceFile(path, JSON.stringify(stored));
}
