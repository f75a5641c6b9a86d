import { createHash } from 'node:crypto';
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';

const root = join(import.meta.dirname, '../../..');
const environment = join(root, '.toolchain/python');

/** Files of the component `python-env`. */
export interface PythonEnvironment {
  /** The Python interpreter. */
  readonly python: string;
  /** The `hf` command of huggingface_hub. */
  readonly hf: string;
  /** Prints an embedding as a JSON list: `python embed.py FOLDER SENTENCE`, or `--name org/name SENTENCE`. */
  readonly embedScript: string;
  /** The real files of sentence-transformers/all-MiniLM-L6-v2. */
  readonly miniLmFolder: string;
}

/** Where the files of `python-env` are, once a suite has said `requires('python-env')`. */
export function pythonEnvironment(): PythonEnvironment {
  return {
    python: join(environment, 'bin/python'),
    hf: join(environment, 'bin/hf'),
    embedScript: join(root, 'tools/python-env/embed.py'),
    miniLmFolder: join(environment, 'all-MiniLM-L6-v2'),
  };
}

/** The `schemathesis` command, once a suite has said `requires('schemathesis')`. */
export function schemathesisCommand(): string {
  return join(root, '.toolchain/schemathesis/bin/schemathesis');
}

/** The folder of programs that build, check and test the Python package, once a suite has said `requires('client-python')`. */
export function clientPythonFolder(): string {
  return join(root, '.toolchain/client-python/bin');
}

/** Whether the environment is complete and made from today's list of packages. */
export function pythonIsReady(): boolean {
  return isMadeFrom(environment, 'requirements.txt');
}

export function clientPythonIsReady(): boolean {
  return isMadeFrom(join(root, '.toolchain/client-python'), 'client-python.txt');
}

export function schemathesisIsReady(): boolean {
  return isMadeFrom(join(root, '.toolchain/schemathesis'), 'schemathesis.txt');
}

function isMadeFrom(folder: string, list: string): boolean {
  const stamp = join(folder, 'stamp.txt');
  if (!existsSync(stamp)) return false;
  const wanted = createHash('sha256')
    .update(readFileSync(join(root, 'tools/python-env', list)))
    .digest('hex');
  return readFileSync(stamp, 'utf8') === wanted;
}
