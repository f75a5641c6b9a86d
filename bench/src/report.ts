import { readFile, writeFile } from 'node:fs/promises';
import { cpus, release, totalmem, type } from 'node:os';
import { join } from 'node:path';
import type { LimitResult } from './measure.ts';
import { table } from './table.ts';
import { ROOT, type Tools } from './tools.ts';

const FILE = join(ROOT, 'docs/benchmarks.md');
const BEGIN = '<!-- figures: written by bench, do not edit by hand -->';
const END = '<!-- end of figures -->';

/** The machine in one line. */
function machine(): string {
  const cores = cpus();
  return `${cores.length} cores of ${cores[0]?.model ?? 'an unknown processor'}, ${Math.round(totalmem() / 2 ** 30)} GiB, ${type()} ${release()}, Node ${process.version}`;
}

/** Puts the figures between the markers of docs/benchmarks.md; the text around them is people's. */
export async function writeReport(
  results: readonly LimitResult[],
  tools: Tools,
  pairs: number,
): Promise<void> {
  const text = await readFile(FILE, 'utf8');
  const [before, rest] = text.split(BEGIN);
  const after = rest?.split(END)[1];
  if (before === undefined || after === undefined)
    throw new Error(`${FILE} lacks the markers between which the figures go`);
  const figures = [
    `Measured on ${new Date().toISOString().slice(0, 10)}: medians of ${pairs} rounds (smallest to largest ratio).`,
    `Machine: ${machine()}.`,
    `Peers: ${tools.versions()}.`,
    '',
    table(results),
  ].join('\n');
  await writeFile(FILE, `${before}${BEGIN}\n${figures}\n${END}${after}`);
}
