import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdir } from 'node:fs/promises';
import type { Writable } from 'node:stream';
import { text } from 'node:stream/consumers';
import type { StoredFile } from '../fake-hub/repositories/stored-file.ts';
import { gitEnvironment } from './git-environment.ts';

const AUTHOR = 'modelkeep-test <modelkeep-test@example.com>';
const PIECE = 1024 * 1024;

export interface CommitFacts {
  readonly files: readonly StoredFile[];
  /** ms since the epoch. */
  readonly date: number;
  readonly branches: readonly string[];
  readonly gitTags: readonly string[];
}

/** Makes a bare repository with one commit on `main` and returns its id. git-lfs files are in it as pointers. */
export async function createBareRepository(folder: string, facts: CommitFacts): Promise<string> {
  await mkdir(folder, { recursive: true });
  await git(folder, ['init', '--quiet', '--bare', '--initial-branch=main', '.']);
  await git(folder, ['fast-import', '--quiet'], (input) => writeCommit(input, facts, ''));
  const refs = [
    ...facts.branches.map((name) => `refs/heads/${name}`),
    ...facts.gitTags.map((name) => `refs/tags/${name}`),
  ];
  for (const ref of refs) await git(folder, ['update-ref', ref, 'refs/heads/main']);
  return (await git(folder, ['rev-parse', 'refs/heads/main'])).trim();
}

/** Makes one more commit on `main`, of these files and no others, and returns its id. */
export async function addCommit(
  folder: string,
  facts: Pick<CommitFacts, 'files' | 'date'>,
): Promise<string> {
  await git(folder, ['fast-import', '--quiet'], (input) =>
    writeCommit(input, facts, 'from refs/heads/main^0\n'),
  );
  return (await git(folder, ['rev-parse', 'refs/heads/main'])).trim();
}

/** Runs git in the repository, with its input, and gives its output. */
export async function gitIn(folder: string, args: readonly string[], input = ''): Promise<string> {
  return (await git(folder, args, (stdin) => write(stdin, input))).trim();
}

async function writeCommit(
  input: Writable,
  { files, date }: Pick<CommitFacts, 'files' | 'date'>,
  from: string,
): Promise<void> {
  const who = `${AUTHOR} ${Math.floor(date / 1000)} +0000`;
  const message = 'initial commit\n';
  await write(
    input,
    `commit refs/heads/main\nauthor ${who}\ncommitter ${who}\ndata ${message.length}\n${message}`,
  );
  // On top of what is there, of which nothing stays.
  await write(input, `${from}deleteall\n`);
  for (const { path, size, content, lfs } of files) {
    const name = JSON.stringify(path);
    const pointer = lfs?.pointer;
    await write(input, `M 100644 inline ${name}\ndata ${pointer?.length ?? size}\n`);
    if (pointer !== undefined) {
      await write(input, pointer);
    } else {
      for await (const piece of content.chunks(0, size, PIECE)) {
        await write(input, Buffer.from(piece));
      }
    }
    await write(input, '\n');
  }
}

async function write(stream: Writable, piece: string | Buffer): Promise<void> {
  if (!stream.write(piece)) await once(stream, 'drain');
}

async function git(
  folder: string,
  args: readonly string[],
  feed: (input: Writable) => Promise<void> = async () => undefined,
): Promise<string> {
  const child = spawn('git', args, { cwd: folder, env: gitEnvironment() });
  const closed = once(child, 'close') as Promise<[number | null]>;
  // It may end before it has read all: its status says why.
  child.stdin.on('error', () => undefined);
  const fed = feed(child.stdin)
    .catch(() => undefined)
    .finally(() => child.stdin.end());
  const [stdout, stderr, [status]] = await Promise.all([
    text(child.stdout),
    text(child.stderr),
    closed,
    fed,
  ]);
  if (status === 0) return stdout;
  throw new Error(`git ${args.join(' ')} ended with ${status}: ${stderr}`);
}
