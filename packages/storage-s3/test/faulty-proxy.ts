import { once } from 'node:events';
import { createServer, type IncomingMessage, request, type ServerResponse } from 'node:http';

/** What goes wrong with one request. */
export type Fault =
  /** The store answers so, and does nothing. */
  | { readonly status: number; readonly code: string }
  /** The store does it, and the connection breaks before the answer. */
  | 'answer lost'
  /** The answer's body ends after so many bytes, with its connection. */
  | { readonly cutAfter: number };

export interface S3Request {
  readonly method: string;
  /** Path and query. */
  readonly url: string;
}

export interface FaultyProxy extends AsyncDisposable {
  readonly endpoint: string;
  /** Asked for each request. Undefined: it is passed on. */
  script: (request: S3Request) => Fault | undefined;
  /** Requests so far. */
  readonly requests: readonly S3Request[];
}

/** A proxy before an S3 server, which does to requests what its script says. */
export async function startFaultyProxy(target: string): Promise<FaultyProxy> {
  const { hostname, port } = new URL(target);
  const requests: S3Request[] = [];
  const server = createServer((asked, answer) => {
    const { method = '', url = '' } = asked;
    requests.push({ method, url });
    const fault = proxy.script({ method, url });
    if (typeof fault === 'object' && 'status' in fault) refuse(asked, answer, fault);
    else pass(asked, answer, fault);
  });

  function pass(asked: IncomingMessage, answer: ServerResponse, fault: Fault | undefined): void {
    const { method, url: path, headers } = asked;
    const passed = request({ hostname, port, method, path, headers }, (found) => {
      if (fault === 'answer lost') {
        found.resume();
        found.once('end', () => answer.socket?.destroy());
        return;
      }
      answer.writeHead(found.statusCode ?? 500, found.headers);
      if (fault === undefined || !('cutAfter' in fault)) {
        found.pipe(answer);
        return;
      }
      let left = fault.cutAfter;
      found.on('data', (chunk: Buffer) => {
        if (left <= 0) return;
        answer.write(chunk.subarray(0, left), () => {
          if (left <= 0) answer.socket?.destroy();
        });
        left -= chunk.length;
      });
    });
    passed.on('error', () => answer.socket?.destroy());
    answer.on('close', () => passed.destroy());
    asked.pipe(passed);
  }

  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const address = server.address();
  if (address === null || typeof address === 'string') throw new Error('no port');
  const proxy: FaultyProxy = {
    endpoint: `http://127.0.0.1:${address.port}`,
    script: () => undefined,
    requests,
    async [Symbol.asyncDispose]() {
      server.closeAllConnections();
      server.close();
      await once(server, 'close');
    },
  };
  return proxy;
}

function refuse(
  asked: IncomingMessage,
  answer: ServerResponse,
  { status, code }: { readonly status: number; readonly code: string },
): void {
  asked.resume();
  asked.once('end', () => {
    const body = `<?xml version="1.0"?><Error><Code>${code}</Code><Message>told to</Message></Error>`;
    answer.writeHead(status, { 'content-type': 'application/xml' });
    answer.end(asked.method === 'HEAD' ? undefined : body);
  });
}
