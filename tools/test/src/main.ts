import { join } from 'node:path';
import { components } from '@modelkeep/test-requirements';
import { runTests } from './run-tests.ts';

const { counts, closing } = await runTests({
  root: join(import.meta.dirname, '../../..'),
  components,
  requireAll: readRequireAll(process.env['MODELKEEP_TEST_REQUIRE']),
  args: process.argv.slice(2),
  show: true,
});
process.stdout.write(`${closing.join('\n')}\n`);
process.exitCode = counts.failed > 0 ? 1 : 0;

function readRequireAll(value: string | undefined): boolean {
  if (value === undefined || value === '') return false;
  if (value === 'all') return true;
  throw new Error(`MODELKEEP_TEST_REQUIRE is '${value}': it may only be 'all'`);
}
