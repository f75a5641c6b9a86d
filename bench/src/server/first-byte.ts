import { get, type IncomingMessage } from 'node:http';

export interface Timings {
  /** From the request to the first byte of the body, over redirects. */
  readonly firstByteSeconds: number;
  /** To its last byte; the same as the first if it was not read on. */
  readonly seconds: number;
}

export interface Asked {
  readonly range?: string;
  /** Leave after the first byte. */
  readonly leave?: boolean;
}

/** Asks for a file and follows redirects, by connections of its own. */
export function timeBody(url: string, asked: Asked = {}): Promise<Timings> {
  const startedAt = performance.now();
  return follow(url, asked, startedAt);
}

function follow(url: string, asked: Asked, startedAt: number): Promise<Timings> {
  return new Promise((resolve, reject) => {
    const headers = asked.range === undefined ? {} : { Range: `bytes=${asked.range}` };
    const request = get(url, { headers, agent: false }, (response) => {
      const { location } = response.headers;
      if (location !== undefined) {
        response.resume();
        follow(new URL(location, url).href, asked, startedAt).then(resolve, reject);
      } else if (response.statusCode !== (asked.range === undefined ? 200 : 206)) {
        reject(new Error(`${url} answered ${response.statusCode}`));
      } else {
        readBody(response, asked, startedAt).then(resolve, reject);
      }
    });
    request.on('error', reject);
  });
}

async function readBody(
  response: IncomingMessage,
  { leave = false }: Asked,
  startedAt: number,
): Promise<Timings> {
  let firstByteSeconds: number | undefined;
  for await (const _ of response) {
    firstByteSeconds ??= (performance.now() - startedAt) / 1000;
    if (leave) break;
  }
  if (firstByteSeconds === undefined) throw new Error('the body was empty');
  return { firstByteSeconds, seconds: (performance.now() - startedAt) / 1000 };
}
