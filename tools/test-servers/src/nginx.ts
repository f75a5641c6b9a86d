import { writeFileSync } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { isListening } from './ports.ts';
import { startServer } from './server-process.ts';

export interface NginxServer extends AsyncDisposable {
  readonly url: string;
}

/** Starts nginx with the configuration that `configure` gives for a free port and a folder for temporary files. */
export async function startNginx(
  configure: (port: number, folder: string) => string,
): Promise<NginxServer> {
  const folder = await mkdtemp(join(tmpdir(), 'modelkeep-nginx-'));
  const file = join(folder, 'nginx.conf');
  const own = process.getuid?.() === 0 ? 'daemon off; user root;' : 'daemon off;';
  const server = await startServer(
    (port) => {
      writeFileSync(file, configure(port, folder));
      return ['nginx', '-p', folder, '-c', file, '-e', join(folder, 'error.log'), '-g', own];
    },
    isListening,
    { cwd: folder },
  );
  return {
    url: `http://127.0.0.1:${server.port}`,
    async [Symbol.asyncDispose]() {
      await server.end();
      await rm(folder, { recursive: true, force: true });
    },
  };
}
