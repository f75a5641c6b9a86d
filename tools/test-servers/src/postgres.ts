import { spawnSync } from 'node:child_process';
import { chmod, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { postgresPrograms } from '@modelkeep/test-requirements';
import { postgresAccount } from './postgres-account.ts';
import { type ServerProcess, startServer } from './server-process.ts';

const USER = 'app';

/** A PostgreSQL cluster of one test run. */
export interface PostgresServer extends AsyncDisposable {
  readonly port: number;
  /** Makes an empty database and returns its name. */
  createDatabase(): string;
  /** Removes all that is in a database. */
  emptyDatabase(database: string): void;
  /** Address of a database. */
  url(database: string): string;
  /** Runs a statement or a script with psql and returns what it prints, unaligned. */
  psql(database: string, sql: string): string;
  /** Ends the server: `fast` closes connections, `crash` is as if it was killed. */
  stop(mode?: 'fast' | 'crash'): Promise<void>;
  /** Starts it again on the same port with the same data. */
  start(): Promise<void>;
  /** Stops and continues every process of the server, as a machine that hangs. */
  freeze(): void;
  thaw(): void;
}

/** Starts a cluster in a temp folder on a free port of this machine. */
export async function startPostgres(): Promise<PostgresServer> {
  const programs = postgresPrograms();
  if (programs === undefined) throw new Error('PostgreSQL is not installed');
  const folder = await mkdtemp(join(tmpdir(), 'modelkeep-postgres-'));
  await chmod(folder, 0o777);
  const account = postgresAccount();
  const data = join(folder, 'data');
  run(join(programs, 'initdb'), ['-D', data, '-A', 'trust', '-U', USER, '--no-sync', '-E', 'UTF8']);
  await writeFile(join(data, 'postgresql.auto.conf'), SETTINGS.join('\n'));
  let server: ServerProcess | undefined;
  let databases = 0;

  function run(program: string, args: readonly string[], input?: string): string {
    const done = spawnSync(program, args, { ...account, encoding: 'utf8', input, cwd: folder });
    if (done.status !== 0) throw new Error(`${program} failed:\n${done.stdout}${done.stderr}`);
    return done.stdout;
  }

  async function start(): Promise<void> {
    server = await startServer(
      (port) => [join(programs ?? '', 'postgres'), '-D', data, '-p', `${port}`, '-k', folder],
      async (port) => isServing(port),
      { ...account, cwd: folder, ...(server === undefined ? {} : { port: server.port }) },
    );
  }

  function isServing(port: number): boolean {
    const args = ['-h', '127.0.0.1', '-p', `${port}`, '-U', USER, '-q'];
    return spawnSync(join(programs ?? '', 'pg_isready'), args).status === 0;
  }

  function running(): ServerProcess {
    if (server === undefined) throw new Error('PostgreSQL is not running');
    return server;
  }

  function psql(database: string, sql: string): string {
    const to = ['-h', '127.0.0.1', '-p', `${running().port}`, '-U', USER, '-d', database];
    return run(
      join(programs ?? '', 'psql'),
      [...to, '-X', '-q', '-A', '-t', '-v', 'ON_ERROR_STOP=1'],
      sql,
    );
  }

  /** The first process comes first: one that is stopped makes no other. */
  function signalAll(signal: NodeJS.Signals): void {
    const { child } = running();
    child.kill(signal);
    const children = spawnSync('ps', ['-o', 'pid=', '--ppid', `${child.pid}`], {
      encoding: 'utf8',
    });
    for (const [pid] of children.stdout.matchAll(/\d+/g)) signalIfThere(Number(pid), signal);
  }

  await start();
  return {
    get port() {
      return running().port;
    },
    url: (database) => `postgresql://${USER}@127.0.0.1:${running().port}/${database}`,
    createDatabase() {
      databases += 1;
      const name = `test_${databases}`;
      psql('postgres', `create database ${name}`);
      return name;
    },
    emptyDatabase: (database) =>
      void psql(database, 'drop schema public cascade; create schema public'),
    psql,
    stop: (mode = 'fast') => running().end(mode === 'fast' ? 'SIGINT' : 'SIGQUIT'),
    start,
    freeze: () => signalAll('SIGSTOP'),
    thaw: () => signalAll('SIGCONT'),
    async [Symbol.asyncDispose]() {
      await running().end('SIGINT');
      await rm(folder, { recursive: true, force: true });
    },
  };
}

function signalIfThere(pid: number, signal: NodeJS.Signals): void {
  try {
    process.kill(pid, signal);
  } catch (error) {
    // It has ended since it was listed.
    if ((error as NodeJS.ErrnoException).code !== 'ESRCH') throw error;
  }
}

const SETTINGS = [
  "listen_addresses = '127.0.0.1'",
  'max_connections = 200',
  // Nothing here outlives the run: only a crash of the machine would lose it.
  'fsync = off',
  'full_page_writes = off',
  "log_min_messages = 'panic'",
  '',
];
