import { open, readdir } from 'node:fs/promises';
import { join } from 'node:path';
import type { ModelFacts } from '@modelkeep/core';
import { UsageError } from '../failure.ts';
import { printable } from '../output/printable.ts';
import { readFrontMatter } from './front-matter.ts';
import { originOf, type Remote, readRemote } from './remote-url.ts';

const MOST_BYTES = 1024 * 1024;
const METADATA = 'model_metadata.json';
const HUB = 'https://huggingface.co';

/** What was made out of a model, and how, a line each. */
export interface Guess {
  /** The folder that the files are in. */
  readonly files: string;
  readonly facts: ModelFacts;
  readonly notes: readonly string[];
}

/** Makes out what a folder of files is: from its clone's remote and its README. Nothing in it is run. */
export async function guessFacts(folder: string, name: string | undefined): Promise<Guess> {
  const files = await filesOf(folder);
  const origin = originOf((await read(join(files, '.git/config'))) ?? '');
  const remote = origin === undefined ? undefined : readRemote(origin);
  const notes: string[] = [];
  const chosen = name ?? remote?.modelId;
  if (chosen === undefined) {
    throw new UsageError('nothing there tells which model this is: name it with --model org/name');
  }
  if (name === undefined) notes.push(`model: ${printable(chosen)}, by the clone's remote`);
  const url = pageOf(chosen, remote);
  notes.push(
    `url: ${url}, ${remote === undefined ? 'assumed: there is no remote' : "by the clone's remote"}`,
  );
  const [modelId = ''] = chosen.replace(/^hf@/, '').split('@');
  if (remote?.modelId !== undefined && remote.modelId.toLowerCase() !== modelId.toLowerCase()) {
    notes.push(
      `note: the clone's remote is of ${printable(remote.modelId)}, not of ${printable(modelId)}`,
    );
  }
  const { facts, problem } = readFrontMatter((await read(join(files, 'README.md'))) ?? '');
  if (problem !== undefined) notes.push(`note: the front matter of README.md ${problem}`);
  for (const [field, value] of Object.entries(facts)) {
    const text = Array.isArray(value) ? value.join(', ') : String(value);
    notes.push(`${field}: ${printable(text)}, by README.md`);
  }
  return { files, facts: { name: chosen, url, ...facts }, notes };
}

/** The folder itself, or the folder `model` that is all there is in it: there only the metadata is missing. */
async function filesOf(folder: string): Promise<string> {
  const names = await readdir(folder);
  if (names.includes(METADATA)) {
    throw new UsageError(`${folder} has a ${METADATA}: import it as it is, without --model`);
  }
  const visible = names.filter((name) => !name.startsWith('.'));
  const isOuter = visible.length === 1 && visible[0] === 'model' && !names.includes('.git');
  return isOuter ? join(folder, 'model') : folder;
}

function pageOf(name: string, remote: Remote | undefined): string {
  const [id = '', revision = 'main'] = name.replace(/^hf@/, '').split('@');
  return `${remote?.base ?? HUB}/${encodeURIComponent(id)}/tree/${revision}`;
}

/** A text, if it is there and no longer than such a text is. */
async function read(path: string): Promise<string | undefined> {
  try {
    const file = await open(path, 'r');
    try {
      const { bytesRead, buffer } = await file.read(Buffer.alloc(MOST_BYTES), 0, MOST_BYTES, 0);
      return buffer.subarray(0, bytesRead).toString('utf8');
    } finally {
      await file.close();
    }
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    if (code === 'ENOENT' || code === 'ENOTDIR' || code === 'EISDIR') return undefined;
    throw error;
  }
}
