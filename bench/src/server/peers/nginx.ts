import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { freePort } from '../free-port.ts';
import { launch, type ServerProcess } from '../process.ts';

export interface Nginx extends ServerProcess {
  readonly url: string;
}

/** nginx that serves the files of `root`, with a configuration of its own and as many workers as there are cores. */
export async function launchNginx(
  program: string,
  folder: string,
  root: string,
  sendfile: boolean,
): Promise<Nginx> {
  const own = join(folder, sendfile ? 'nginx-sendfile' : 'nginx-buffers');
  await mkdir(own, { recursive: true });
  const port = await freePort();
  await writeFile(join(own, 'nginx.conf'), configuration(own, root, port, sendfile));
  const url = `http://127.0.0.1:${port}`;
  const server = await launch({
    argv: [program, '-c', join(own, 'nginx.conf'), '-p', own, '-e', join(own, 'error.log')],
    log: join(own, 'stderr.log'),
    isReady: () =>
      fetch(url).then(
        () => true,
        () => false,
      ),
  });
  return { ...server, url };
}

function configuration(own: string, root: string, port: number, sendfile: boolean): string {
  const temporary = ['client_body', 'proxy', 'fastcgi', 'uwsgi', 'scgi'].map(
    (kind) => `  ${kind}_temp_path ${own}/${kind};`,
  );
  return [
    'daemon off;',
    // Its files may lie in a folder that only this user may enter.
    ...(process.getuid?.() === 0 ? ['user root;'] : []),
    'worker_processes auto;',
    `pid ${own}/nginx.pid;`,
    'events { worker_connections 1024; }',
    'http {',
    ...temporary,
    `  access_log ${own}/access.log;`,
    '  default_type application/octet-stream;',
    sendfile ? '  sendfile on;\n  tcp_nopush on;' : '  sendfile off;\n  output_buffers 2 1m;',
    `  server { listen 127.0.0.1:${port}; root ${root}; }`,
    '}',
    '',
  ].join('\n');
}
