import { readFile, writeFile } from 'node:fs/promises';
import { cpus, release, totalmem, type } from 'node:os';
import { join } from 'node:path';
import { ROOT, type Tools } from './tools.ts';

const FILE = join(ROOT, 'docs/benchmarks.md');
/** The tables of the file. */
export type Section = 'figures' | 'server figures' | 'shared figures';

/** The machine in one line. */
async function machine(): Promise<string> {
  const cores = cpus();
  // It decides how fast what goes over two connections in a row can be.
  const congestion = await readFile('/proc/sys/net/ipv4/tcp_congestion_control', 'utf8').then(
    (name) => ` (TCP: ${name.trim()})`,
    () => '',
  );
  return `${cores.length} cores of ${cores[0]?.model ?? 'an unknown processor'}, ${Math.round(totalmem() / 2 ** 30)} GiB, ${type()} ${release()}${congestion}, Node ${process.version}`;
}

/** Puts a table between its section's markers in docs/benchmarks.md; the text around them is people's. */
export async function writeReport(
  section: Section,
  table: string,
  tools: Tools,
  pairs: number,
): Promise<void> {
  const begin = `<!-- ${section}: written by bench, do not edit by hand -->`;
  const end = `<!-- end of ${section} -->`;
  const text = await readFile(FILE, 'utf8');
  const [before, rest] = text.split(begin);
  const after = rest?.split(end)[1];
  if (before === undefined || after === undefined)
    throw new Error(`${FILE} lacks the markers between which the ${section} go`);
  const figures = [
    `Measured on ${new Date().toISOString().slice(0, 10)}: medians of ${pairs} rounds (smallest to largest ratio).`,
    `Machine: ${await machine()}.`,
    `Peers: ${tools.versions()}.`,
    '',
    table,
  ].join('\n');
  await writeFile(FILE, `${before}${begin}\n${figures}\n${end}${after}`);
}
