import { type ChildProcessByStdio, spawn } from 'node:child_process';
import type { Readable, Writable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { ModelkeepError } from '@modelkeep/core/spi';

const MOST_STDERR = 16 * 1024;

export interface GitCall {
  readonly program: string;
  readonly args: readonly string[];
  readonly env: Readonly<Record<string, string>>;
  readonly input?: AsyncIterable<string> | Iterable<string>;
  readonly signal?: AbortSignal | undefined;
}

/** git that ended with another status than 0. */
export class GitFailure extends Error {
  readonly status: number | null;
  /** The end of what it said. May name addresses; holds no secret of ours. */
  readonly said: string;

  constructor(args: readonly string[], status: number | null, said: string) {
    super(`git ${args.find((arg) => !arg.startsWith('-')) ?? ''} ended with ${status}`);
    this.status = status;
    this.said = said;
  }
}

/** Runs git and gives its output as it comes. Ends it when the reading ends early or the signal is aborted. */
export async function* streamGit(call: GitCall): AsyncGenerator<Buffer> {
  const { program, args, env, input = [], signal } = call;
  signal?.throwIfAborted();
  const child = spawn(program, args, { env, stdio: ['pipe', 'pipe', 'pipe'], windowsHide: true });
  const ended = endOf(child, program);
  // Whoever reads is told; nobody else waits for it.
  ended.catch(() => undefined);
  const said = lastWords(child.stderr);
  const abort = (): void => void child.kill();
  signal?.addEventListener('abort', abort, { once: true });
  // git may end without having read all: its status says what was wrong.
  pipeline(input, child.stdin).catch(() => undefined);
  let isOver = false;
  try {
    for await (const chunk of child.stdout) yield chunk as Buffer;
    const status = await ended;
    isOver = true;
    signal?.throwIfAborted();
    if (status !== 0) throw new GitFailure(args, status, said());
  } catch (error) {
    signal?.throwIfAborted();
    throw error;
  } finally {
    signal?.removeEventListener('abort', abort);
    if (!isOver) child.kill();
  }
}

/** Runs git and gives all of its output, which must be short. */
export async function runGit(call: GitCall): Promise<string> {
  const chunks: Buffer[] = [];
  for await (const chunk of streamGit(call)) chunks.push(chunk);
  return Buffer.concat(chunks).toString('utf8');
}

type Child = ChildProcessByStdio<Writable, Readable, Readable>;

function endOf(child: Child, program: string): Promise<number | null> {
  return new Promise((resolve, reject) => {
    child.once('close', resolve);
    child.once('error', (cause: NodeJS.ErrnoException) =>
      reject(
        new ModelkeepError(
          'config-invalid',
          cause.code === 'ENOENT'
            ? `a connection of type git needs the program git, and there is no ${program} here: install git and git's ssh or https helpers`
            : `${program} cannot be run`,
          { cause },
        ),
      ),
    );
  });
}

function lastWords(stderr: Readable): () => string {
  let text = '';
  stderr.setEncoding('utf8').on('data', (chunk: string) => {
    text = `${text}${chunk}`.slice(-MOST_STDERR);
  });
  return () => text;
}
