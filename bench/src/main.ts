import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { type LimitResult, type MeasureOptions, measureRow } from './measure.ts';
import { type Section, writeReport } from './report.ts';
import { rows } from './rows/rows.ts';
import { measureServerRow, type PromiseResult } from './server/measure-server-row.ts';
import { serverRows } from './server/rows/rows.ts';
import { serverTable } from './server/server-table.ts';
import { sharedRows } from './server/shared/rows.ts';
import { table } from './table.ts';
import { Tools } from './tools.ts';

const HELP = `npm run bench -- [row...]

Measures the built command line and server against other tools, in turn, on this machine.

  --pairs N     rounds (default: 5)
  --quick       one round
  --write       put the figures into docs/benchmarks.md
  --folder DIR  where to work; needs about 8 GB (default: a new folder in the system's one for temporary files)

Rows: ${ids(rows)}; all of them: cli.
${ids(serverRows)}; all of them: server.
${ids(sharedRows)}; all of them: shared.
Default: all.
`;

function ids(some: readonly { readonly id: string }[]): string {
  return some.map(({ id }) => id).join(', ');
}

/** Those of a group that were named, by themselves or with their group; all if nothing was named. */
function chosen<Some extends { readonly id: string }>(
  group: string,
  some: readonly Some[],
  names: readonly string[],
): readonly Some[] {
  if (names.length === 0 || names.includes(group)) return some;
  return some.filter(({ id }) => names.includes(id));
}

async function main(): Promise<void> {
  const { values, positionals } = parseArgs({
    allowPositionals: true,
    options: {
      pairs: { type: 'string', default: '5' },
      quick: { type: 'boolean', default: false },
      write: { type: 'boolean', default: false },
      folder: { type: 'string', default: tmpdir() },
      help: { type: 'boolean', default: false },
    },
  });
  if (values.help) {
    process.stdout.write(HELP);
    return;
  }
  const groups = ['cli', 'server', 'shared'];
  const known = [...groups, ...[...rows, ...serverRows, ...sharedRows].map(({ id }) => id)];
  const unknown = positionals.filter((name) => !known.includes(name));
  if (unknown.length > 0) throw new Error(`no such row: ${unknown.join(', ')}\n\n${HELP}`);
  const tools = new Tools();
  if (!tools.has('time')) throw new Error('GNU time is needed: install the package `time`');
  const pairs = values.quick ? 1 : Number(values.pairs);
  const folder = await mkdtemp(join(values.folder, 'modelkeep-bench-'));
  const options: MeasureOptions = { folder, tools, pairs, log: (line) => console.error(line) };
  const results: LimitResult[] = [];
  const serverResults: PromiseResult[] = [];
  const sharedResults: PromiseResult[] = [];
  try {
    for (const row of chosen('cli', rows, positionals)) {
      results.push(...(await measureRow(row, options)));
    }
    for (const row of chosen('server', serverRows, positionals)) {
      serverResults.push(...(await measureServerRow(row, options)));
    }
    for (const row of chosen('shared', sharedRows, positionals)) {
      sharedResults.push(...(await measureServerRow(row, options)));
    }
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
  await tell('figures', results.length === 0 ? undefined : table(results));
  await tell('server figures', serverResults.length === 0 ? undefined : serverTable(serverResults));
  await tell('shared figures', sharedResults.length === 0 ? undefined : serverTable(sharedResults));

  async function tell(section: Section, text: string | undefined): Promise<void> {
    if (text === undefined) return;
    console.log(text);
    if (values.write) await writeReport(section, text, tools, pairs);
  }
}

await main();
