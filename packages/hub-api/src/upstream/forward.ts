import type { HubView } from '@modelkeep/core';
import { ModelkeepError } from '@modelkeep/core/spi';
import type { Call } from '../call.ts';
import { isOutage } from '../http/error-table.ts';
import { type Headers, type HubAnswer, jsonAnswer, textBody } from '../http/hub-answer.ts';
import type { Segment } from '../routing/read-target.ts';
import { ourLocation, ourNextLink } from './our-links.ts';
import { withoutXet } from './strip-xet.ts';

type ForwardRequest = Parameters<HubView['forward']>[0];
type ForwardedAnswer = Awaited<ReturnType<HubView['forward']>>;

const LARGEST = 32 * 1024 * 1024;
const PASSED: Readonly<Record<string, string>> = {
  ratelimit: 'RateLimit',
  'ratelimit-policy': 'RateLimit-Policy',
  'retry-after': 'Retry-After',
  'x-error-code': 'X-Error-Code',
  'x-error-message': 'X-Error-Message',
  'x-repo-commit': 'X-Repo-Commit',
  'x-total-count': 'X-Total-Count',
};

/** Passes a request on to the source, and its answer back: no Xet, links to us, nothing that a browser would run. */
export async function forwarded(call: Call, hasOther = false): Promise<HubAnswer> {
  const { view } = call.options;
  const answer = await view.forward(forwardRequest(call), call.address.modelId, {
    ...call.callOptions,
    hasOther,
  });
  const headers = passedHeaders(call, answer);
  const text = await readText(answer.body);
  if (answer.status === 401) throw unauthorized(call, answer);
  const type = answer.headers['content-type'] ?? '';
  if (!/^application\/json\b/i.test(type) || text === '') {
    // Whatever it is, it stands on our origin now: no browser may take it for a page of ours.
    return textBody(answer.status, 'text/plain; charset=utf-8', text, headers);
  }
  return jsonAnswer(withoutXet(parse(text)), headers, answer.status);
}

/** The source's answer, or, if the source cannot give one now, `otherwise`. */
export async function forwardedOr(
  call: Call,
  otherwise: (error: unknown) => HubAnswer | Promise<HubAnswer>,
): Promise<HubAnswer> {
  try {
    const answer = await forwarded(call, true);
    return answer.status >= 500 || answer.status === 429 ? await otherwise(undefined) : answer;
  } catch (error) {
    if (!isOutage(error)) throw error;
    return otherwise(error);
  }
}

/** It was our connection that the source refused, not the client: whose own credentials must not seem wrong. */
function unauthorized({ modelId }: Call, { headers }: ForwardedAnswer): ModelkeepError {
  if (headers['x-error-code'] === 'GatedRepo') {
    const why = headers['x-error-message'] ?? `Access to model ${modelId} is restricted.`;
    return new ModelkeepError('gated', why);
  }
  return modelId === ''
    ? new ModelkeepError(
        'source-unavailable',
        'the source does not accept the access token of this cache',
      )
    : new ModelkeepError('model-not-found', `there is no model ${modelId} that this cache may see`);
}

// HEAD is asked as GET: its answer must tell the length of what is left after the Xet hints are gone.
function forwardRequest({ target }: Call): ForwardRequest {
  const path = target.segments.map(encoded).join('/');
  const query = target.query.toString();
  return { method: 'GET', path: `/${path}${query === '' ? '' : `?${query}`}` };
}

function encoded({ text }: Segment): string {
  return encodeURIComponent(text);
}

function passedHeaders(call: Call, answer: ForwardedAnswer): Headers {
  const headers: Record<string, string> = {
    'X-Modelkeep-Cache': 'miss',
    'Cache-Control': 'private, no-cache',
  };
  for (const [name, as] of Object.entries(PASSED)) {
    const value = answer.headers[name];
    if (value !== undefined && /^[\x20-\x7e]*$/.test(value)) headers[as] = value;
  }
  const link = ourNextLink(answer.headers['link'], call.baseUrl);
  if (link !== undefined) headers['Link'] = link;
  const location = ourLocation(answer.headers['location'], call.basePath);
  if (location !== undefined) headers['Location'] = location;
  return headers;
}

async function readText(body: AsyncIterable<Uint8Array>): Promise<string> {
  const parts: Uint8Array[] = [];
  let size = 0;
  for await (const part of body) {
    size += part.byteLength;
    if (size > LARGEST) {
      throw new ModelkeepError(
        'source-unavailable',
        'the source sent a larger answer than makes sense',
      );
    }
    parts.push(part);
  }
  return Buffer.concat(parts).toString('utf8');
}

function parse(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch (cause) {
    throw new ModelkeepError('source-unavailable', 'the source sent JSON that does not parse', {
      cause,
      retryable: true,
    });
  }
}
