import { ensureToolchain } from './ensure.mjs';
import { fail, run } from './run.mjs';

try {
  const [command, ...args] = process.argv.slice(2);
  if (command === undefined)
    throw new Error('usage: node tools/toolchain/exec.mjs <command> [<argument>...]');
  run(command, args, { env: ensureToolchain() });
} catch (error) {
  fail(error);
}
