import { join } from 'node:path';
import { root } from './ensure.mjs';
import { node, prepare } from './prepare.mjs';
import { fail, run } from './run.mjs';

try {
  const main = join(root, 'bench/src/main.ts');
  run(node, ['--conditions', '@modelkeep/source', main, ...process.argv.slice(2)], {
    cwd: root,
    env: prepare(),
  });
} catch (error) {
  fail(error);
}
