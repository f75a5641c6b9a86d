import { Readable, Writable } from 'node:stream';
import type { ModelCache } from '@modelkeep/core';
import type {
  Host,
  OpenCacheOptions,
  OpenedServer,
  OpenedUsers,
  OpenServerOptions,
  Workspace,
} from '../src/host.ts';
import { run } from '../src/run.ts';
import { fakeCache } from './fake-cache.ts';

export interface RunOptions {
  readonly cache?: Partial<ModelCache> | Error;
  readonly env?: Record<string, string>;
  readonly cwd?: string;
  readonly stdin?: string;
  /** Which streams are a terminal. */
  readonly terminal?: { stdin?: boolean; stdout?: boolean; stderr?: boolean };
  readonly signal?: AbortSignal;
  readonly openServer?: (options: OpenServerOptions) => Promise<OpenedServer>;
  readonly openMigration?: Host['openMigration'];
  readonly users?: OpenedUsers['users'];
  /** Default: a store in `/store`. */
  readonly workspace?: Workspace;
}

export interface Outcome {
  readonly status: number;
  readonly stdout: string;
  readonly stderr: string;
  readonly opened: readonly OpenCacheOptions[];
}

/** Runs the command line over a cache that is no real one. */
export async function runCommand(
  args: readonly string[],
  options: RunOptions = {},
): Promise<Outcome> {
  const { cache = {}, terminal = {} } = options;
  const stdout = collector(terminal.stdout ?? false);
  const stderr = collector(terminal.stderr ?? false);
  const opened: OpenCacheOptions[] = [];
  const host: Host = {
    env: options.env ?? {},
    cwd: options.cwd ?? '/',
    stdin: Object.assign(Readable.from([Buffer.from(options.stdin ?? '')]), {
      isTTY: terminal.stdin ?? false,
    }),
    stdout: stdout.stream,
    stderr: stderr.stream,
    signal: options.signal ?? new AbortController().signal,
    openCache: (asked) => {
      opened.push(asked);
      return cache instanceof Error ? Promise.reject(cache) : Promise.resolve(fakeCache(cache));
    },
    findWorkspace: () => Promise.resolve(options.workspace ?? { folder: '/store', isStore: true }),
    openServer: options.openServer ?? (() => Promise.reject(new Error('unexpected server'))),
    openMigration:
      options.openMigration ?? (() => Promise.reject(new Error('unexpected migration'))),
    openUsers: () =>
      options.users === undefined
        ? Promise.reject(new Error('unexpected users'))
        : Promise.resolve({ users: options.users, close: () => Promise.resolve() }),
  };
  const status = await run(args, host);
  return { status, stdout: stdout.text(), stderr: stderr.text(), opened };
}

function collector(isTTY: boolean): { stream: Host['stdout']; text: () => string } {
  const chunks: Buffer[] = [];
  const stream = new Writable({
    write(chunk: Buffer, _encoding, done) {
      chunks.push(chunk);
      done();
    },
  });
  return {
    stream: Object.assign(stream, { isTTY, columns: 100 }),
    text: () => Buffer.concat(chunks).toString('utf8'),
  };
}
