import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import { freePort } from '../free-port.ts';
import { launch, type ServerProcess } from '../process.ts';

export interface Olah extends ServerProcess {
  readonly url: string;
}

/** Olah with its own defaults, in front of a Hub and its content servers. */
export async function launchOlah(
  program: string,
  folder: string,
  hub: { readonly url: string; readonly cdnUrl: string },
): Promise<Olah> {
  await mkdir(folder, { recursive: true });
  const place = `127.0.0.1:${await freePort()}`;
  const url = `http://${place}`;
  const server = await launch({
    argv: [
      ...[program, '--host', '127.0.0.1', '--port', new URL(url).port],
      ...['--hf-scheme', 'http', '--hf-netloc', new URL(hub.url).host],
      ...['--hf-lfs-netloc', new URL(hub.cdnUrl).host],
      ...['--mirror-scheme', 'http', '--mirror-netloc', place, '--mirror-lfs-netloc', place],
      ...['--repos-path', join(folder, 'repos'), '--log-path', join(folder, 'logs')],
    ],
    env: { HOME: folder },
    log: join(folder, 'stderr.log'),
    isReady: () =>
      fetch(url).then(
        () => true,
        () => false,
      ),
  });
  return { ...server, url };
}
