import { once } from 'node:events';
import {
  Agent,
  createServer,
  request as httpRequest,
  type IncomingMessage,
  type ServerResponse,
} from 'node:http';
import type { AddressInfo } from 'node:net';

/** How likely it is, from 0 to 1, that a request meets a fault of S3. */
export interface S3Faults {
  /** Answered with 500, 503 or SlowDown, and not passed on. */
  readonly refused?: number;
  /** A GET whose body breaks off midway. */
  readonly cut?: number;
  /** A conditional write that is answered with 409, and not passed on. */
  readonly conflict?: number;
  /** A write that is done, and whose answer is lost: a second try meets the first one. */
  readonly lost?: number;
}

/** Stands before an S3 server and does what such servers do on bad days. */
export interface FaultyProxy extends AsyncDisposable {
  readonly endpoint: string;
  /** From the next request on. `random` gives numbers from 0, below 1. */
  setFaults(faults: S3Faults, random?: () => number): void;
  /** Faults that requests have met. */
  readonly met: number;
}

const REFUSALS = [
  [500, 'InternalError'],
  [503, 'ServiceUnavailable'],
  [503, 'SlowDown'],
] as const;

/** Starts the proxy on a free port of this machine. */
export async function startFaultyProxy(endpoint: string): Promise<FaultyProxy> {
  const target = new URL(endpoint);
  const agent = new Agent({ keepAlive: true });
  let faults: S3Faults = {};
  let random: () => number = Math.random;
  let met = 0;
  const meets = (likelihood: number | undefined): boolean => {
    const isMet = likelihood !== undefined && random() < likelihood;
    if (isMet) met += 1;
    return isMet;
  };
  const server = createServer((request, response) => {
    const isWrite = request.method === 'PUT' || request.method === 'POST';
    if (meets(faults.refused)) {
      const [status, code] = REFUSALS[Math.floor(random() * REFUSALS.length)] ?? REFUSALS[0];
      refuse(request, response, status, code);
    } else if (request.headers['if-none-match'] !== undefined && meets(faults.conflict)) {
      refuse(request, response, 409, 'ConditionalRequestConflict');
    } else {
      const isLost = isWrite && meets(faults.lost);
      const isCut = request.method === 'GET' && meets(faults.cut);
      pass(request, response, isLost ? 'lost' : isCut ? 'cut' : 'whole');
    }
  });

  function pass(
    request: IncomingMessage,
    response: ServerResponse,
    answer: 'whole' | 'cut' | 'lost',
  ): void {
    const { method, url, headers } = request;
    // The name under which the client asked is part of its signature.
    const options = { host: target.hostname, port: target.port, agent, method, path: url, headers };
    const onward = httpRequest(options, (given) => {
      if (answer === 'lost') {
        given.resume().once('end', () => response.destroy());
        return;
      }
      response.writeHead(given.statusCode ?? 502, given.headers);
      const half = Number(given.headers['content-length'] ?? 0) / 2;
      let sent = 0;
      given.on('data', (chunk: Buffer) => {
        sent += chunk.length;
        if (answer === 'cut' && sent > half) {
          response.destroy();
          given.destroy();
        } else if (!response.write(chunk)) {
          given.pause();
          response.once('drain', () => given.resume());
        }
      });
      given.once('end', () => response.end());
      given.once('error', () => response.destroy());
    });
    onward.once('error', () => response.destroy());
    response.once('close', () => onward.destroy());
    request.once('error', () => onward.destroy());
    request.pipe(onward);
  }

  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  return {
    endpoint: `http://127.0.0.1:${port}`,
    setFaults(next, source = Math.random) {
      faults = next;
      random = source;
    },
    get met() {
      return met;
    },
    async [Symbol.asyncDispose]() {
      server.close();
      server.closeAllConnections();
      agent.destroy();
      await Promise.resolve();
    },
  };
}

function refuse(
  request: IncomingMessage,
  response: ServerResponse,
  status: number,
  code: string,
): void {
  request.resume();
  const body = `<?xml version="1.0" encoding="UTF-8"?><Error><Code>${code}</Code><Message>${code}</Message></Error>`;
  response.writeHead(status, { 'Content-Type': 'application/xml', Connection: 'close' });
  response.end(request.method === 'HEAD' ? undefined : body);
}
