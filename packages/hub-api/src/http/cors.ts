import type { Headers, HubAnswer } from './hub-answer.ts';

const EXPOSED = [
  'Accept-Ranges',
  'Age',
  'Content-Disposition',
  'Content-Length',
  'Content-Range',
  'ETag',
  'Link',
  'Retry-After',
  'X-Error-Code',
  'X-Error-Message',
  'X-Linked-ETag',
  'X-Linked-Size',
  'X-Modelkeep-Cache',
  'X-Repo-Commit',
  'X-Total-Count',
].join(', ');
const ALLOWED_HEADERS = 'Accept, Authorization, Content-Type, If-None-Match, If-Range, Range';

/** Which web pages may read answers: all, or those of these origins. */
export type CorsOrigins = '*' | readonly string[];

/** The headers that let a web page of `origin` read an answer; none if it may not. */
export function corsHeaders(origin: string | undefined, allowed: CorsOrigins): Headers {
  if (allowed === '*') {
    return { 'Access-Control-Allow-Origin': '*', 'Access-Control-Expose-Headers': EXPOSED };
  }
  if (origin === undefined || !allowed.includes(origin)) return {};
  return { 'Access-Control-Allow-Origin': origin, 'Access-Control-Expose-Headers': EXPOSED };
}

/** The answer to OPTIONS: what may be asked of a route. */
export function preflightAnswer(methods: string): HubAnswer {
  return {
    status: 204,
    headers: {
      Allow: methods,
      'Access-Control-Allow-Methods': methods,
      'Access-Control-Allow-Headers': ALLOWED_HEADERS,
      'Access-Control-Max-Age': '86400',
      'X-Modelkeep-Cache': 'hit',
    },
  };
}
