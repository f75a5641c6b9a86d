import { markdownTable } from '../markdown-table.ts';
import { median } from '../statistics.ts';
import type { PromiseResult } from './measure-server-row.ts';
import type { Bound, Unit } from './promise.ts';

const HEAD = ['work', 'against', 'ours', 'theirs', 'ratio', 'promised', 'met'];

function figure(value: number | undefined, unit: Unit): string {
  if (value === undefined) return 'not installed';
  const text = value >= 100 ? value.toFixed(0) : value >= 10 ? value.toFixed(1) : value.toFixed(2);
  return `${unit === 'requests' ? value.toFixed(0) : text} ${unit}`;
}

function promise(bound: Bound, unit: Unit): string {
  switch (bound.kind) {
    case 'none':
      return '';
    case 'limit':
      return `at most ${bound.value} ${unit}`;
    case 'at least':
      return `at least ${bound.times}`;
    case 'at most': {
      const plus = bound.plus === undefined ? '' : ` + ${bound.plus} ${unit}`;
      return `at most ${bound.times}${plus === '' ? '' : ` x${plus}`}`;
    }
  }
}

function cells(result: PromiseResult): readonly string[] {
  const { work, theirs, unit, our, their, ratios, bound, met } = result;
  const sorted = ratios.toSorted((a, b) => a - b).map((ratio) => ratio.toFixed(2));
  const middle = their === undefined || our === undefined ? '' : (our / their).toFixed(2);
  const range = sorted.length > 1 ? ` (${sorted[0]} to ${sorted.at(-1)})` : '';
  return [
    work,
    theirs ?? '',
    figure(our, unit),
    theirs === undefined ? '' : figure(their, unit),
    sorted.length === 0 ? '' : `${sorted.length > 1 ? median(ratios).toFixed(2) : middle}${range}`,
    promise(bound, unit),
    met === undefined ? '' : met ? 'yes' : 'no',
  ];
}

/** The results as a Markdown table. */
export function serverTable(results: readonly PromiseResult[]): string {
  return markdownTable([HEAD, ...results.map(cells)]);
}
