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

/** Earlier versions of huggingface_hub, by the names of their environments. */
export const HUB_VERSIONS = [
  'huggingface-hub-0.24',
  'huggingface-hub-0.36',
  'huggingface-hub-1.33',
] as const;

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

/** The `kubernetes-validate` command, once a suite has said `requires('kubernetes-validate')`. */
export function kubernetesValidateCommand(): string {
  return join(root, '.toolchain/kubernetes-validate/bin/kubernetes-validate');
}

/** The folder of programs that build, check and test the Python package, once a suite has said `requires('client-python')`. */
export function clientPythonFolder(): string {
  return join(root, '.toolchain/client-python/bin');
}

/** The programs of an environment beside `python-env`: `hub-versions`, `sentence-transformers`. */
export function programsOf(name: (typeof HUB_VERSIONS)[number] | 'sentence-transformers'): string {
  return join(root, '.toolchain', name, 'bin');
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

export function kubernetesValidateIsReady(): boolean {
  return isMadeFrom(join(root, '.toolchain/kubernetes-validate'), 'kubernetes-validate.txt');
}

export function hubVersionsAreReady(): boolean {
  return HUB_VERSIONS.every((name) => isMadeFrom(join(root, '.toolchain', name), `${name}.txt`));
}

export function sentenceTransformersAreReady(): boolean {
  const name = 'sentence-transformers';
  const program = '/usr/lib/python3/dist-packages/torch/__init__.py';
  return existsSync(program) && isMadeFrom(join(root, '.toolchain', name), `${name}.txt`);
}

function isMadeFrom(folder: string, list: string): boolean {
  const stamp = join(folder, 'stamp.txt');
  if (!existsSync(stamp)) return false;
  const wanted = createHash('sha256')
    .update(readFileSync(join(root, 'tools/python-env', list)))
    .digest('hex');
  return readFileSync(stamp, 'utf8') === wanted;
}
