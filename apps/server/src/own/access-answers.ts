import type { Identity } from '../access/identity.ts';
import { type Answer, jsonAnswer } from '../http/answer.ts';

const CHALLENGE = {
  'WWW-Authenticate': 'Bearer realm="Authentication required", charset="UTF-8"',
};

/** What our own routes answer to those who need a token; undefined for whom has one. */
export function refuseIdentity(identity: Identity): Answer | undefined {
  if (identity.kind === 'user') return undefined;
  if (identity.kind === 'throttled') return throttledAnswer(identity.waitMs);
  return errorAnswer(
    401,
    'access-denied',
    REASONS[identity.kind === 'refused' ? identity.reason : 'none'],
    CHALLENGE,
  );
}

const REASONS = {
  none: 'this server needs a token: ask its administrator for one (`modelkeep user add`)',
  unknown: 'the token is not known here: it was revoked, or it is one of another server',
  expired: 'the token has expired: ask for a new one',
  malformed:
    'that is no token of this server: one begins with hf_ and is sent as Bearer, or as the password of Basic',
} as const;

/** To an address from which too many wrong tokens came. */
export function throttledAnswer(waitMs: number): Answer {
  const seconds = String(Math.max(1, Math.ceil(waitMs / 1000)));
  return errorAnswer(
    429,
    'rate-limited',
    `too many wrong tokens from this address; the next try in ${seconds} s`,
    { 'Retry-After': seconds },
  );
}

/** An error as our own routes tell it; the headers tell clients of the Hub. */
export function errorAnswer(
  status: number,
  code: string,
  message: string,
  headers: Readonly<Record<string, string>> = {},
  details: Readonly<Record<string, unknown>> = {},
): Answer {
  return jsonAnswer({ error: { code, message, details } }, status, {
    'X-Error-Message': message.replace(/[^\x20-\x7e]/g, '?'),
    ...headers,
  });
}
