import type { FileBody, HubAnswer } from './http/hub-answer.ts';
import type { HubRequest } from './http/hub-request.ts';
import { createHubResponder } from './hub-responder.ts';
import type { HubApiOptions } from './options.ts';
import { webBody } from './web-body.ts';

/** What a server on `node:http` knows of a request beside it, in the form that Hono's adapter hands on. */
export interface RequestEnvironment {
  readonly incoming?: {
    /** The request target as it came. */
    readonly url?: string | undefined;
    /** The same, where a framework has cut `url`. */
    readonly originalUrl?: string | undefined;
  };
}

/** Answers one request. Never rejects. */
export type HubApi = (request: Request, environment?: RequestEnvironment) => Promise<Response>;

const files = new WeakMap<Response, FileBody>();

/** The Hub's protocol over a cache, as a handler that any web server can mount. Keeps no state. */
export function createHubApi(options: HubApiOptions): HubApi {
  const respond = createHubResponder(options);
  return async (request, environment) =>
    webResponse(await respond(hubRequest(request, environment?.incoming)));
}

/** What the body of a response is a part of, for a server that has a shorter way for it than the body: which it must then leave unread. */
export function fileOfResponse(response: Response): FileBody | undefined {
  return files.get(response);
}

function hubRequest(request: Request, incoming: RequestEnvironment['incoming']): HubRequest {
  const [, origin = '', path = '/'] = /^([a-z]+:\/\/[^/?#]*)([^#]*)/i.exec(request.url) ?? [];
  return {
    method: request.method.toUpperCase(),
    target: incoming?.originalUrl ?? incoming?.url ?? path,
    origin,
    signal: request.signal,
    header: (name) => request.headers.get(name) ?? undefined,
    readBody: (maxBytes) => readBody(request, maxBytes),
  };
}

async function readBody(request: Request, maxBytes: number): Promise<Uint8Array> {
  const parts: Uint8Array[] = [];
  let size = 0;
  for await (const part of request.body ?? []) {
    size += part.byteLength;
    if (size > maxBytes) throw new RangeError(`the body is longer than ${maxBytes} bytes`);
    parts.push(part);
  }
  return Buffer.concat(parts);
}

function webResponse({ status, headers, body }: HubAnswer): Response {
  const isFile = typeof body === 'object';
  const response = new Response(isFile ? webBody(body) : (body ?? null), { status, headers });
  if (isFile) files.set(response, body);
  return response;
}
