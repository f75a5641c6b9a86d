import { type ChildProcessWithoutNullStreams, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { buffer, text } from 'node:stream/consumers';
import { type MadeStore, makeStore } from './support/chosen-store.ts';

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

/** Where the files of a store are: what a machine keeps of it, and its objects. Both may be one folder. */
export interface StoreFolders {
  readonly home: string;
  readonly objects: string;
}

/** The built command line, with a folder of its own for stores and files. Its home is a store of the chosen backends. */
export interface Bench extends StoreFolders, AsyncDisposable {
  readonly folder: string;
  /** Writes a config file of the bench's store, the one in its home unless it is named. Returns its path. */
  configure(settings: string, file?: string): Promise<string>;
  /** Puts an empty store in the place of what there is. */
  empty(): Promise<void>;
  /** Takes the index of the store away, with what was configured. */
  loseIndex(): Promise<void>;
  start(args: readonly string[], options?: RunOptions): Started;
  run(args: readonly string[], options?: RunOptions): Promise<Finished>;
  /** Runs with `--json`, expects success, and gives the one document. */
  json(args: readonly string[], options?: RunOptions): Promise<unknown>;
}

export async function createBench(env: Readonly<Record<string, string>>): Promise<Bench> {
  const folder = await mkdtemp(join(tmpdir(), 'modelkeep-cli-'));
  const home = join(folder, 'home');
  let store: MadeStore;
  const configure = async (settings: string, file = join(home, 'config.yaml')): Promise<string> => {
    await mkdir(dirname(file), { recursive: true });
    await writeFile(file, [...store.config, settings].join('\n'));
    return file;
  };
  const remove = async (): Promise<void> => {
    const options = { recursive: true, force: true, maxRetries: 3 };
    for (const path of [home, store.objects]) await rm(path, options);
  };
  const describe = async (): Promise<void> => {
    if (store.config.length > 0) await configure('');
  };
  const make = (): Promise<void> => {
    store = makeStore(home);
    return describe();
  };
  await make();
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
    get objects() {
      return store.objects;
    },
    configure,
    async empty() {
      await remove();
      await make();
    },
    loseIndex() {
      store.loseIndex();
      return describe();
    },
    start,
    run,
    async json(args, options) {
      const { status, stdout, stderr } = await run([...args, '--json'], options);
      if (status !== 0) throw new Error(`${args.join(' ')} ended with ${status}: ${stderr}`);
      return JSON.parse(stdout) as unknown;
    },
    async [Symbol.asyncDispose]() {
      await remove();
      await rm(folder, { recursive: true, force: true });
    },
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
