import { ModelkeepError } from '@modelkeep/core/spi';
import type { HttpClient, HttpRequest } from './http-client.ts';

const BODILESS = new Set([101, 204, 205, 304]);

/** A `fetch` over the client's own `request`. Takes what API clients use: method, headers, a text or byte body, signal. */
export function fetchOver(request: HttpClient['request']): typeof globalThis.fetch {
  return async (input, init) => {
    const url = input instanceof Request ? input.url : String(input);
    const method = methodOf(init?.method ?? (input instanceof Request ? input.method : 'GET'));
    const headers = Object.fromEntries(
      new Headers(init?.headers ?? (input instanceof Request ? input.headers : undefined)),
    );
    const signal = init?.signal ?? (input instanceof Request ? input.signal : undefined);
    const body = bodyOf(init?.body);
    const answer = await request(url, {
      method,
      headers,
      ...(body === undefined ? {} : { body }),
      ...(signal ? { signal } : {}),
    });
    const empty = method === 'HEAD' || BODILESS.has(answer.status);
    if (empty) answer.discard();
    return new Response(empty ? null : ReadableStream.from(answer.body), {
      status: answer.status,
      headers: [...answer.headers],
    });
  };
}

function methodOf(method: string): NonNullable<HttpRequest['method']> {
  const name = method.toUpperCase();
  if (name === 'GET' || name === 'HEAD' || name === 'POST') return name;
  throw new ModelkeepError(
    'unsupported',
    `the method ${name} is not offered; use GET, HEAD or POST`,
  );
}

function bodyOf(body: RequestInit['body']): string | Uint8Array | undefined {
  if (body === undefined || body === null) return undefined;
  if (typeof body === 'string' || body instanceof Uint8Array) return body;
  if (body instanceof URLSearchParams) return body.toString();
  throw new ModelkeepError('unsupported', 'a request body must be text or bytes');
}
