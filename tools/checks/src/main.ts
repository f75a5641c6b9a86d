import { spawnSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';

const root = join(import.meta.dirname, '../../..');
const { scripts }: { scripts: Record<string, string> } = JSON.parse(
  readFileSync(join(root, 'package.json'), 'utf8'),
);
const PREFIX = 'check:';
const CHECKS = Object.keys(scripts).flatMap((name) =>
  name.startsWith(PREFIX) ? [name.slice(PREFIX.length)] : [],
);

const names = process.argv.slice(2);
const failed: string[] = [];
for (const name of names.length > 0 ? names : CHECKS) {
  if (!runCheck(name)) failed.push(name);
}
if (failed.length > 0) console.error(`\nFailed: ${failed.join(', ')}`);
process.exitCode = failed.length > 0 ? 1 : 0;

function runCheck(name: string): boolean {
  if (!CHECKS.includes(name)) {
    console.error(`No check is called '${name}'. There are: ${CHECKS.join(', ')}`);
    return false;
  }
  const start = performance.now();
  const { status, stdout, stderr } = spawnSync('pnpm', ['run', '--silent', `${PREFIX}${name}`], {
    cwd: root,
    encoding: 'utf8',
    maxBuffer: 64 * 1024 * 1024,
  });
  const seconds = ((performance.now() - start) / 1000).toFixed(1);
  console.error(`${status === 0 ? 'ok    ' : 'FAILED'} ${name} (${seconds} s)`);
  if (status !== 0) console.error(`${stdout}${stderr}`);
  return status === 0;
}
