import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { type LimitResult, measureRow } from './measure.ts';
import { writeReport } from './report.ts';
import { rows } from './rows/rows.ts';
import { table } from './table.ts';
import { Tools } from './tools.ts';

const HELP = `npm run bench -- [row...]

Times the built command line against other tools, in turn, on this machine.

  --pairs N     rounds (default: 5)
  --quick       one round
  --write       put the figures into docs/benchmarks.md
  --folder DIR  where to work; needs about 8 GB (default: a new folder in the system's one for temporary files)

Rows: ${rows.map(({ id }) => id).join(', ')}. Default: all.
`;

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
  const unknown = positionals.filter((id) => !rows.some((row) => row.id === id));
  if (unknown.length > 0) throw new Error(`no such row: ${unknown.join(', ')}\n\n${HELP}`);
  const tools = new Tools();
  if (!tools.has('time')) throw new Error('GNU time is needed: install the package `time`');
  const pairs = values.quick ? 1 : Number(values.pairs);
  const folder = await mkdtemp(join(values.folder, 'modelkeep-bench-'));
  const results: LimitResult[] = [];
  try {
    for (const row of rows) {
      if (positionals.length > 0 && !positionals.includes(row.id)) continue;
      results.push(
        ...(await measureRow(row, { folder, tools, pairs, log: (line) => console.error(line) })),
      );
    }
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
  console.log(table(results));
  if (values.write) await writeReport(results, tools, pairs);
}

await main();
