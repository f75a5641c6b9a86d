import { join } from 'node:path';
import { root } from './ensure.mjs';
import { node, prepare } from './prepare.mjs';
import { fail, run } from './run.mjs';

try {
  const args = process.argv.slice(2);
  run(node, [join(root, 'apps/cli/dist/main.js'), ...(args.length > 0 ? args : ['serve'])], {
    // npm runs scripts in the repository's root: a relative path means the folder the person is in.
    cwd: process.env.INIT_CWD ?? process.cwd(),
    env: prepare(),
  });
} catch (error) {
  fail(error);
}
