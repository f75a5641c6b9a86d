import { pythonEnvironment } from '@modelkeep/test-requirements';
import { type FakeHub, startFakeHub } from '@modelkeep/testkit/fake-hub';
import { runProgram } from './programs.ts';

/** A real model: small, and with weights that the Hub keeps by git-lfs. */
export const MINI_LM = 'sentence-transformers/all-MiniLM-L6-v2';

/** What the Hub says about the model beside its files. */
export const MINI_LM_FACTS = {
  libraryName: 'sentence-transformers',
  pipelineTag: 'sentence-similarity',
  lastModified: '2022-11-07T08:44:33.000Z',
  tags: [
    'sentence-transformers',
    'pytorch',
    'tf',
    'rust',
    'bert',
    'feature-extraction',
    'sentence-similarity',
    'en',
    'dataset:s2orc',
    'arxiv:1904.06472',
    'license:apache-2.0',
    'endpoints_compatible',
    'region:us',
  ],
} as const;

const SENTENCE = 'A cached model gives the numbers that it always gave.';

/** A Hub on this machine that has the real model. */
export async function startMiniLmHub(): Promise<{
  readonly hub: FakeHub;
  readonly commit: string;
}> {
  const hub = await startFakeHub();
  const { miniLmFolder } = pythonEnvironment();
  return { hub, commit: await hub.addModelFromFolder(MINI_LM, miniLmFolder, MINI_LM_FACTS) };
}

/** The embedding of a sentence by the model whose files are in `folder`; `under` is a program that runs Python. */
export function embedFrom(folder: string, ...under: readonly string[]): Promise<readonly number[]> {
  return embed([folder], {}, under);
}

/** The same by the model's name: huggingface_hub finds the folder, by what `env` says. */
export function embedByName(
  env: Readonly<Record<string, string>>,
  ...options: readonly string[]
): Promise<readonly number[]> {
  return embed(['--name', MINI_LM, ...options], env);
}

/** What every good copy of the model gives. */
export function referenceEmbedding(): Promise<readonly number[]> {
  return embedFrom(pythonEnvironment().miniLmFolder);
}

async function embed(
  args: readonly string[],
  env: Readonly<Record<string, string>> = {},
  under: readonly string[] = [],
): Promise<readonly number[]> {
  const { python, embedScript } = pythonEnvironment();
  const [program = python, ...rest] = [...under, python, embedScript, ...args, SENTENCE];
  const numbers: unknown = JSON.parse(await runProgram(program, rest, { env }));
  if (!Array.isArray(numbers) || numbers.length !== 384) throw new Error('no embedding came');
  return numbers as readonly number[];
}
