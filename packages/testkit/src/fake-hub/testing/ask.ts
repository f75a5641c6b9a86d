import { type IncomingHttpHeaders, type OutgoingHttpHeaders, request } from 'node:http';

export interface Asking {
  readonly method?: string;
  readonly headers?: OutgoingHttpHeaders;
  readonly body?: string;
  /** Path and query to send as they are, in place of the URL's. */
  readonly rawPath?: string;
}

export interface Told {
  readonly status: number;
  readonly headers: IncomingHttpHeaders;
  readonly body: Buffer;
  /** Whether the body ended as announced. */
  readonly complete: boolean;
}

/** One request on a connection of its own, redirects not followed, nothing decoded. Rejects if no head arrives. */
export function ask(url: string, asking: Asking = {}): Promise<Told> {
  const { method = 'GET', headers = {}, rawPath } = asking;
  return new Promise((resolve, reject) => {
    const path = rawPath === undefined ? {} : { path: rawPath };
    let hasHead = false;
    const call = request(url, { method, headers, agent: false, ...path }, (response) => {
      hasHead = true;
      const parts: Buffer[] = [];
      const finish = (): void =>
        resolve({
          status: response.statusCode ?? 0,
          headers: response.headers,
          body: Buffer.concat(parts),
          complete: response.complete,
        });
      response.on('data', (part: Buffer) => parts.push(part));
      response.on('error', () => undefined);
      response.on('close', finish);
    });
    call.on('error', (error) => {
      if (!hasHead) reject(error);
    });
    call.end(asking.body);
  });
}

/** The answer as JSON. */
export async function askJson<T = Record<string, unknown>>(
  url: string,
  asking: Asking = {},
): Promise<T> {
  return JSON.parse((await ask(url, asking)).body.toString('utf8')) as T;
}

/** Follows redirects by hand, with the headers of the first request on every hop. */
export async function askThrough(url: string, asking: Asking = {}): Promise<Told> {
  const told = await ask(url, asking);
  const next = told.headers.location;
  return next === undefined ? told : askThrough(new URL(next, url).href, asking);
}
