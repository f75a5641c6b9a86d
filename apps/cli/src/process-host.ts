import { reportFailure } from './context.ts';
import { fileError } from './file-error.ts';
import type { Host } from './host.ts';
import { watchInterrupts } from './interrupt.ts';
import { findWorkspace, openModelCache } from './open-model-cache.ts';
import type { RemoteServer } from './remote/transport.ts';
import { run } from './run.ts';

const LINGER_MS = 2000;

function remoteServer(url: string): RemoteServer {
  return { url, token: process.env['MODELKEEP_TOKEN']?.trim() || undefined, env: process.env };
}

/** Runs the command line in this process. */
export async function main(): Promise<void> {
  const signal = watchInterrupts(process);
  const host: Host = {
    env: process.env,
    cwd: process.cwd(),
    // Opening it takes longer than most of what a short command does.
    get stdin() {
      return process.stdin;
    },
    stdout: process.stdout,
    stderr: process.stderr,
    signal,
    openCache: async ({ server, ...options }) => {
      if (server === undefined) return openModelCache(options);
      const { createRemoteCache } = await import('./remote/remote-cache.ts');
      return createRemoteCache(remoteServer(server));
    },
    findWorkspace,
    openServer: async (options) => {
      const { openServer } = await import('./open-server.ts');
      return openServer(options);
    },
    openMigration: async (options) => {
      const { openMigration } = await import('./open-migration.ts');
      return openMigration(options);
    },
    openUsers: async ({ server, ...options }) => {
      if (server !== undefined) {
        const { openRemoteUsers } = await import('./remote/remote-users.ts');
        return openRemoteUsers(remoteServer(server));
      }
      const { openUsers } = await import('./open-users.ts');
      return openUsers(options);
    },
  };
  for (const stream of [process.stdout, process.stderr]) {
    stream.on('error', (error: NodeJS.ErrnoException) => {
      // A reader that has had enough (`| head`) is no failure of ours.
      if (error.code === 'EPIPE') process.exit();
      if (stream === process.stderr) process.exit(1);
      const told = fileError(error, 'write', 'standard output');
      process.exit(reportFailure(host, told, process.argv.includes('--json')));
    });
  }
  process.exitCode = await run(process.argv.slice(2), host);
  // A handle that a backend forgot must not keep the shell waiting.
  setTimeout(() => process.exit(), LINGER_MS).unref();
}
