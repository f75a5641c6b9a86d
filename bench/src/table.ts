import { markdownTable } from './markdown-table.ts';
import type { LimitResult } from './measure.ts';

/** Peak memory that every command of ours keeps, in bytes. */
const PEAK_LIMIT_BYTES: number = 250e6;

function isMet(result: LimitResult): boolean | undefined {
  return result.ratio === undefined ? undefined : result.ratio <= result.limit;
}

const HEAD = ['work', 'against', 'ours', 'theirs', 'ratio', 'at most', 'met', 'peak RSS'];

function cells(result: LimitResult): readonly string[] {
  const { ratio, theirs } = result;
  const met = isMet(result);
  const range = [Math.min(...result.ratios), Math.max(...result.ratios)].map((v) => v.toFixed(2));
  return [
    result.work,
    result.theirsName,
    `${result.ours.toFixed(2)} s`,
    theirs === undefined ? 'not installed' : `${theirs.toFixed(2)} s`,
    ratio === undefined ? '' : `${ratio.toFixed(2)} (${range.join(' to ')})`,
    `${result.limit}`,
    met === undefined ? '' : met ? 'yes' : 'no',
    result.peakBytes === undefined ? '' : `${Math.round(result.peakBytes / 1e6)} MB`,
  ];
}

function memoryCells(results: readonly LimitResult[]): readonly string[] {
  const peak = Math.max(...results.map(({ peakBytes = 0 }) => peakBytes));
  const met = peak <= PEAK_LIMIT_BYTES ? 'yes' : 'no';
  return [
    'peak RSS of any of these',
    '',
    '',
    '',
    '',
    '250 MB',
    met,
    `${Math.round(peak / 1e6)} MB`,
  ];
}

/** The results as a Markdown table. */
export function table(results: readonly LimitResult[]): string {
  return markdownTable([HEAD, ...results.map(cells), memoryCells(results)]);
}
