import { type ChildProcessWithoutNullStreams, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { buffer, text } from 'node:stream/consumers';
import { makeChosenStore } from './support/chosen-store.ts';

/** The built command line. */
export const MAIN: string = join(import.meta.dirname, '../dist/main.js');

export interface Finished {
  readonly status: number | null;
  readonly stdout: string;
  readonly bytes: Buffer;
  readonly stderr: string;
}

export interface RunOptions {
  readonly env?: Readonly<Record<string, string>>;
  readonly input?: Uint8Array | string;
  readonly cwd?: string;
  /** Whether nobody reads stdout: its pipe is closed from the beginning. */
  readonly closedStdout?: boolean;
  /** Options of node itself. */
  readonly node?: readonly string[];
  /** A program that runs it, with its options. */
  readonly under?: readonly string[];
}

/** A started command: the process, and what came of it. */
interface Started {
  readonly child: ChildProcessWithoutNullStreams;
  readonly finished: Promise<Finished>;
}

/** The built command line, with a folder of its own for stores and files. */
export interface Bench extends AsyncDisposable {
  readonly folder: string;
  readonly home: string;
  /** Folder in which the objects of the store are files. */
  readonly objects: string;
  start(args: readonly string[], options?: RunOptions): Started;
  run(args: readonly string[], options?: RunOptions): Promise<Finished>;
  /** Runs with `--json`, expects success, and gives the one document. */
  json(args: readonly string[], options?: RunOptions): Promise<unknown>;
}

export async function createBench(env: Readonly<Record<string, string>>): Promise<Bench> {
  const folder = await mkdtemp(join(tmpdir(), 'modelkeep-cli-'));
  const home = join(folder, 'home');
  const store = makeChosenStore(home);
  const start = (args: readonly string[], options: RunOptions = {}): Started => {
    const [program, ...before] = [...(options.under ?? []), process.execPath];
    const child = spawn(program, [...before, ...(options.node ?? []), MAIN, ...args], {
      cwd: options.cwd ?? folder,
      // Nothing of this machine's own settings counts.
      env: {
        PATH: process.env['PATH'],
        HOME: folder,
        TMPDIR: tmpdir(),
        MODELKEEP_HOME: home,
        ...store.env,
        ...env,
        ...options.env,
      },
    });
    if (options.closedStdout) child.stdout.destroy();
    child.stdin.on('error', () => undefined);
    child.stdin.end(options.input ?? '');
    return { child, finished: outcome(child) };
  };
  const run = (args: readonly string[], options?: RunOptions): Promise<Finished> =>
    start(args, options).finished;
  return {
    folder,
    home,
    objects: store.objects,
    start,
    run,
    async json(args, options) {
      const { status, stdout, stderr } = await run([...args, '--json'], options);
      if (status !== 0) throw new Error(`${args.join(' ')} ended with ${status}: ${stderr}`);
      return JSON.parse(stdout) as unknown;
    },
    [Symbol.asyncDispose]: () => rm(folder, { recursive: true, force: true }),
  };
}

async function outcome(child: ChildProcessWithoutNullStreams): Promise<Finished> {
  const [bytes, stderr, [status]] = await Promise.all([
    child.stdout.destroyed ? Buffer.of() : buffer(child.stdout),
    text(child.stderr),
    once(child, 'close') as Promise<[number | null]>,
  ]);
  return { status, stdout: bytes.toString('utf8'), bytes, stderr };
}
