import { randomUUID } from 'node:crypto';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { PresignOptions } from '@modelkeep/core/spi';

export interface PresignServer {
  urlOf(key: string, options: PresignOptions): URL;
  close(): Promise<void>;
}

interface Grant {
  readonly key: string;
  readonly expiresAt: number;
  readonly contentDisposition: string | undefined;
}

/** Serves objects by signed URL on loopback, as a bucket does. */
export async function startPresignServer(
  objects: ReadonlyMap<string, { readonly content: Uint8Array }>,
): Promise<PresignServer> {
  const grants = new Map<string, Grant>();

  function answer(request: IncomingMessage, response: ServerResponse): void {
    const url = new URL(request.url ?? '/', 'http://127.0.0.1');
    const grant = grants.get(url.searchParams.get('signature') ?? '');
    if (grant === undefined || grant.expiresAt <= Date.now()) {
      response.writeHead(403).end();
      return;
    }
    const content = objects.get(grant.key)?.content;
    if (content === undefined) {
      response.writeHead(404).end();
      return;
    }
    if (grant.contentDisposition !== undefined) {
      response.setHeader('content-disposition', grant.contentDisposition);
    }
    const range = /^bytes=(\d+)-(\d*)$/.exec(request.headers.range ?? '');
    const start = Number(range?.[1] ?? 0);
    const end = range?.[2] ? Math.min(Number(range[2]) + 1, content.length) : content.length;
    response.writeHead(range === null ? 200 : 206, {
      'content-length': end - start,
      ...(range === null ? {} : { 'content-range': `bytes ${start}-${end - 1}/${content.length}` }),
    });
    response.end(request.method === 'HEAD' ? undefined : content.subarray(start, end));
  }

  const server = createServer(answer);
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject).listen(0, '127.0.0.1', resolve);
  });
  const { port } = server.address() as AddressInfo;
  return {
    urlOf(key, { expiresInSeconds, contentDisposition }) {
      const signature = randomUUID();
      grants.set(signature, {
        key,
        expiresAt: Date.now() + expiresInSeconds * 1000,
        contentDisposition,
      });
      return new URL(`http://127.0.0.1:${port}/${key}?signature=${signature}`);
    },
    close() {
      server.closeAllConnections();
      return new Promise((resolve, reject) => {
        server.close((error) => (error === undefined ? resolve() : reject(error)));
      });
    },
  };
}
