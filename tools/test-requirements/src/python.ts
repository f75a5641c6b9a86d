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

/** Whether the environment is complete and made from today's list of packages. */
export function pythonIsReady(): boolean {
  const stamp = join(environment, 'stamp.txt');
  if (!existsSync(stamp)) return false;
  const wanted = createHash('sha256')
    .update(readFileSync(join(root, 'tools/python-env/requirements.txt')))
    .digest('hex');
  return readFileSync(stamp, 'utf8') === wanted;
}
