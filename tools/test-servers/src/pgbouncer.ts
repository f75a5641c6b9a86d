import { writeFileSync } from 'node:fs';
import { chmod, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { isListening } from './ports.ts';
import type { PostgresServer } from './postgres.ts';
import { postgresAccount } from './postgres-account.ts';
import { startServer } from './server-process.ts';

export interface Pooler extends AsyncDisposable {
  /** Address of a database through the pooler. */
  url(database: string): string;
}

/** Starts pgbouncer before `postgres`, lending a server connection to a client for one transaction at a time. */
export async function startPgbouncer(postgres: PostgresServer): Promise<Pooler> {
  const folder = await mkdtemp(join(tmpdir(), 'modelkeep-pgbouncer-'));
  await chmod(folder, 0o755);
  const file = join(folder, 'pgbouncer.ini');
  const users = join(folder, 'users.txt');
  writeFileSync(users, '"app" ""\n');
  const settings = (port: number): string => `
[databases]
* = host=127.0.0.1 port=${postgres.port} user=app
[pgbouncer]
listen_addr = 127.0.0.1
listen_port = ${port}
unix_socket_dir =
auth_type = trust
auth_file = ${users}
pool_mode = transaction
default_pool_size = 4
max_client_conn = 500
`;
  const server = await startServer(
    (port) => {
      writeFileSync(file, settings(port));
      return ['pgbouncer', '-q', file];
    },
    isListening,
    { ...postgresAccount(), cwd: folder },
  );
  return {
    url: (database) => `postgresql://app@127.0.0.1:${server.port}/${database}`,
    async [Symbol.asyncDispose]() {
      await server.end('SIGTERM');
      await rm(folder, { recursive: true, force: true });
    },
  };
}
