import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { FakeHub } from '@modelkeep/testkit/fake-hub';

/** Bytes of a file, the end not included. */
export type Part = readonly [start: number, end: number];

/** What a store's `partial/` folder says is there of the one large file under way; nothing when none is. */
export async function keptParts(home: string): Promise<readonly Part[]> {
  const folder = join(home, 'partial');
  const names = await readdir(folder).catch(() => []);
  const maps = names.filter((name) => name.startsWith('sha256-') && name.endsWith('.json'));
  if (maps.length > 1) throw new Error(`more than one file is under way: ${maps.join(', ')}`);
  if (maps[0] === undefined) return [];
  try {
    const map = JSON.parse(await readFile(join(folder, maps[0]), 'utf8')) as { ranges: Part[] };
    return map.ranges;
  } catch (error) {
    // The map goes away when the file is whole.
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return [];
    throw error;
  }
}

/** The parts of the file that the upstream's CDN was asked for since its counters began anew, by their places. */
export function askedParts(hub: FakeHub, path: string, size: number): readonly Part[] {
  return hub.requests
    .filter((request) => request.origin === 'cdn' && request.path === path)
    .map(({ range }): Part => {
      if (range === undefined) return [0, size];
      const [, start, last] = /^bytes=(\d+)-(\d+)$/.exec(range) ?? [];
      if (start === undefined || last === undefined) throw new Error(`asked for ${range}`);
      return [Number(start), Number(last) + 1];
    })
    .toSorted(([a], [b]) => a - b);
}

/** The same bytes with parts that touch made one. Fails if a byte is in two of them. */
export function joined(parts: readonly Part[]): readonly Part[] {
  const whole: [number, number][] = [];
  for (const [start, end] of parts.toSorted(([a], [b]) => a - b)) {
    const last = whole.at(-1);
    if (last !== undefined && start < last[1]) throw new Error(`byte ${start} is there twice`);
    if (last?.[1] === start) last[1] = end;
    else whole.push([start, end]);
  }
  return whole;
}

/** What of a file of `size` bytes is in none of the parts. */
export function missingParts(parts: readonly Part[], size: number): readonly Part[] {
  const edges = [0, ...joined(parts).flat(), size];
  const gaps: Part[] = [];
  for (let at = 0; at < edges.length; at += 2) {
    const [start = size, end = size] = edges.slice(at, at + 2);
    if (start < end) gaps.push([start, end]);
  }
  return gaps;
}

export function bytesIn(parts: readonly Part[]): number {
  return parts.reduce((sum, [start, end]) => sum + end - start, 0);
}
