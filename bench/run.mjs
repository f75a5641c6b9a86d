import { join } from 'node:path';
import { root } from '../tools/toolchain/ensure.mjs';
import { node, prepare } from '../tools/toolchain/prepare.mjs';
import { fail, run } from '../tools/toolchain/run.mjs';

try {
  const main = join(root, 'bench/src/main.ts');
  run(node, ['--conditions', '@modelkeep/source', main, ...process.argv.slice(2)], {
    cwd: root,
    env: prepare(),
  });
} catch (error) {
  fail(error);
}
