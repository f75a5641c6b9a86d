import type { ForwardedAnswer, ForwardRequest } from '@modelkeep/core/spi';
import { ModelkeepError } from '@modelkeep/core/spi';
import type { HubContext } from './hub-context.ts';

/** What may pass: no credentials, no cookies, nothing that concerns one connection or the bytes' own encoding. */
const PASSED = new Set([
  'content-type',
  'content-length',
  'content-disposition',
  'etag',
  'last-modified',
  'link',
  'cache-control',
  'retry-after',
  'ratelimit',
  'ratelimit-policy',
  'x-error-code',
  'x-error-message',
  'x-repo-commit',
  'x-request-id',
  'x-total-count',
]);

/** Asks the Hub what a client asked, with the connection's own token. An answer of any status is an answer. */
export async function forwardRequest(
  context: HubContext,
  request: ForwardRequest,
  signal: AbortSignal | undefined,
): Promise<ForwardedAnswer> {
  if (!request.path.startsWith('/') || request.path.startsWith('//')) {
    throw new ModelkeepError('invalid-argument', 'a forwarded path begins with one slash');
  }
  const answer = await context.http.request(context.address.endpoint + request.path, {
    method: request.method,
    headers: {
      accept: 'application/json, */*',
      ...(request.contentType === undefined ? {} : { 'content-type': request.contentType }),
    },
    ...(request.body === undefined ? {} : { body: request.body }),
    ...(signal === undefined ? {} : { signal }),
  });
  const headers = Object.fromEntries([...answer.headers].filter(([name]) => PASSED.has(name)));
  return { status: answer.status, headers, body: answer.body };
}
