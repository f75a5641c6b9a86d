import type { IncomingHttpHeaders } from 'node:http';
import type { Identity } from '../access/identity.ts';
import type { Answer } from '../http/answer.ts';
import { errorAnswer } from './access-answers.ts';

/**
 * Refuses a change that is asked for with a session's cookie in a way in which a page of another site could ask for it too:
 * without a header that no form can send. What browsers tell of a request's origin was looked at before; this is for those
 * that tell nothing.
 */
export function refuseForgeable(
  identity: Identity,
  method: string,
  headers: IncomingHttpHeaders,
): Answer | undefined {
  if (identity.kind !== 'user' || identity.via !== 'session') return undefined;
  if (method === 'GET' || method === 'HEAD') return undefined;
  const isDeliberate =
    /^application\/json\s*(;|$)/i.test(headers['content-type'] ?? '') ||
    headers['tus-resumable'] !== undefined ||
    headers['x-requested-with'] !== undefined;
  return isDeliberate
    ? undefined
    : errorAnswer(
        403,
        'access-denied',
        'a change by cookie needs Content-Type: application/json, or a header X-Requested-With',
      );
}
