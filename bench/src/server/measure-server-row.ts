import { spawnSync } from 'node:child_process';
import { mkdir, rm } from 'node:fs/promises';
import { join } from 'node:path';
import type { MeasureOptions } from '../measure.ts';
import { median } from '../statistics.ts';
import type { Figures, Promised, ServerRow } from './promise.ts';

export interface PromiseResult extends Promised {
  readonly row: string;
  /** Medians over the rounds; undefined where the peer is not installed. */
  readonly our: number | undefined;
  readonly their: number | undefined;
  /** Ours by theirs of each round. */
  readonly ratios: readonly number[];
  readonly met: boolean | undefined;
}

/** Measures one row in as many rounds as there are pairs. */
export async function measureServerRow(
  row: ServerRow,
  options: MeasureOptions,
): Promise<PromiseResult[]> {
  const folder = join(options.folder, row.id);
  await rm(folder, { recursive: true, force: true });
  await mkdir(folder, { recursive: true });
  const rounds = row.once === true ? 1 : options.pairs;
  const found: Figures[] = [];
  try {
    await using scene = await row.open({ folder, tools: options.tools });
    for (let round = 1; round <= rounds; round += 1) {
      // What was left to be written before must not be paid for now.
      spawnSync('sync');
      const figures = await scene.round();
      found.push(figures);
      const texts = Object.entries(figures).map(([name, value]) => `${name} ${short(value)}`);
      options.log(`${row.id} ${round}/${rounds}: ${texts.join(', ')}`);
    }
    return scene.promises.map((promised) => judge(row.id, promised, found));
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

function judge(row: string, promised: Promised, found: readonly Figures[]): PromiseResult {
  const { ours, theirs, bound } = promised;
  const own = found.flatMap((figures) => figures[ours] ?? []);
  const pairs = found.flatMap((figures) => {
    const our = figures[ours];
    const their = theirs === undefined ? undefined : figures[theirs];
    return our === undefined || their === undefined ? [] : [{ our, their }];
  });
  return {
    ...promised,
    row,
    our: own.length === 0 ? undefined : median(own),
    their: pairs.length === 0 ? undefined : median(pairs.map(({ their }) => their)),
    ratios: pairs.map(({ our, their }) => our / their),
    met: isMet(bound, own, pairs),
  };
}

function isMet(
  bound: Promised['bound'],
  own: readonly number[],
  pairs: readonly { readonly our: number; readonly their: number }[],
): boolean | undefined {
  if (bound.kind === 'none') return undefined;
  if (bound.kind === 'limit') return own.length === 0 ? undefined : median(own) <= bound.value;
  if (pairs.length === 0) return undefined;
  if (bound.kind === 'at least') {
    return median(pairs.map(({ our, their }) => our / their)) >= bound.times;
  }
  const { times, plus = 0 } = bound;
  return median(pairs.map(({ our, their }) => (our - plus) / their)) <= times;
}

function short(value: number): string {
  return value >= 100 ? value.toFixed(0) : value.toPrecision(3);
}
