import { join } from 'node:path';
import { root } from './ensure.mjs';
import { node, prepare } from './prepare.mjs';
import { fail, run } from './run.mjs';

try {
  run(node, [join(root, 'tools/checks/src/main.ts'), ...process.argv.slice(2)], {
    cwd: root,
    env: prepare(),
  });
} catch (error) {
  fail(error);
}
