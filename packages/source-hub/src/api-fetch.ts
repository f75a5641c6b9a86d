import { ModelkeepError } from '@modelkeep/core/spi';
import { type HttpResponse, readBody } from '@modelkeep/http-client';
import type { HubContext, HubSubject } from './hub-context.ts';
import { hubError } from './hub-error.ts';

const LARGEST_ANSWER_BYTES = 64 * 1024 * 1024;

/**
 * The `fetch` given to `@huggingface/hub`: fails with our errors, so that the library never words one (its own hold
 * URLs or are plain `TypeError`s), and makes the address of the next page absolute and keeps it on the endpoint.
 */
export function apiFetch(
  context: HubContext,
  subject: HubSubject,
  isShaped: (json: unknown) => boolean,
  signal: AbortSignal | undefined,
): typeof globalThis.fetch {
  const pages = new Set<string>();
  return async (input, init) => {
    const url = String(input);
    if (pages.has(url))
      throw malformed(context, subject, 'its list of files goes round in a circle');
    pages.add(url);
    const answer = await context.http.request(url, {
      headers: init?.headers as Readonly<Record<string, string>>,
      ...(signal === undefined ? {} : { signal }),
    });
    if (answer.status >= 400) throw await hubError(context, subject, answer);
    const json = await jsonBody(context, subject, answer, isShaped);
    const next = nextPage(context, answer);
    return apiAnswer(json, next === undefined ? {} : { link: `<${next}>; rel="next"` });
  };
}

/** What the library reads of a `Response`. Node's own costs more time than all else that a pull of what is there does. */
function apiAnswer(json: unknown, headers: Readonly<Record<string, string>>): Response {
  const answer: Pick<Response, 'ok' | 'status' | 'json'> & { headers: Pick<Headers, 'get'> } = {
    ok: true,
    status: 200,
    json: async () => json,
    headers: { get: (name) => headers[name.toLowerCase()] ?? null },
  };
  return answer as Response;
}

/** Reads an answer that must be JSON; anything else is a proxy's or a portal's page, and may pass. */
export async function jsonBody(
  context: HubContext,
  subject: HubSubject,
  answer: HttpResponse,
  isShaped: (json: unknown) => boolean,
): Promise<unknown> {
  const type = answer.headers.get('content-type') ?? 'nothing';
  if (answer.status !== 200 || !type.startsWith('application/json')) {
    answer.discard();
    throw malformed(context, subject, `it answered ${answer.status} with ${type.slice(0, 60)}`);
  }
  const bytes = await readBody(answer.body, LARGEST_ANSWER_BYTES);
  let json: unknown;
  try {
    json = JSON.parse(new TextDecoder('utf-8', { fatal: true }).decode(bytes));
  } catch {
    throw malformed(context, subject, 'its JSON is broken');
  }
  if (!isShaped(json)) throw malformed(context, subject, 'its JSON is not what was asked for');
  return json;
}

/** Whether `json` is an object, and no list. */
export function isRecord(json: unknown): json is Readonly<Record<string, unknown>> {
  return typeof json === 'object' && json !== null && !Array.isArray(json);
}

/** An answer that is not what the Hub's protocol says. */
export function malformed(
  { address, name }: HubContext,
  { modelId }: HubSubject,
  why: string,
): ModelkeepError {
  const { host } = new URL(address.endpoint);
  return new ModelkeepError(
    'source-unavailable',
    `${host} did not answer as a Hub does when asked for ${modelId}: ${why}; check the endpoint of connection "${name}"`,
    { retryable: true, details: { host, hop: 'protocol', modelId } },
  );
}

/** A mirror may leave the upstream's own address in `Link`: the path is asked of the mirror. */
function nextPage({ address }: HubContext, answer: HttpResponse): string | undefined {
  const link = /<([^<>]+)>\s*;[^,]*\brel="?next"?/i.exec(answer.headers.get('link') ?? '')?.[1];
  if (link === undefined || !URL.canParse(link, answer.url)) return undefined;
  const next = new URL(link, answer.url);
  const { endpoint } = address;
  if (next.origin === new URL(endpoint).origin) return next.href;
  const api = next.pathname.indexOf('/api/');
  return endpoint + next.pathname.slice(Math.max(api, 0)) + next.search;
}
