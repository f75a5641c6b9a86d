import type { Headers } from './hub-answer.ts';

/** An answer that says no, as the Hub says it. Thrown by routes, and worded for the place it came from in one spot. */
export class Refusal extends Error {
  readonly status: number;
  /** `X-Error-Code`, by which clients tell one no from another. */
  readonly code: string | undefined;
  readonly headers: Headers;
  /** What the body says, where it says more than `X-Error-Message`. */
  readonly advice: string | undefined;

  constructor(
    status: number,
    message: string,
    more: { readonly code?: string; readonly headers?: Headers; readonly advice?: string } = {},
  ) {
    super(message);
    this.status = status;
    this.code = more.code;
    this.headers = more.headers ?? {};
    this.advice = more.advice;
  }
}

const WWW_AUTHENTICATE = {
  'WWW-Authenticate': 'Bearer realm="Authentication required", charset="UTF-8"',
};

/** Nobody said who they are, and this server asks. */
export function authenticationRequired(message: string, code?: string): Refusal {
  return new Refusal(401, message, {
    headers: WWW_AUTHENTICATE,
    ...(code === undefined ? {} : { code }),
  });
}

/** The header's exact words tell huggingface_hub that the token is wrong, and not the model's name. */
export function unknownToken(): Refusal {
  const message = 'Invalid credentials in Authorization header';
  return new Refusal(401, message, {
    headers: WWW_AUTHENTICATE,
    advice: `${message}: this cache does not know the token, or it has expired or been revoked. Ask an administrator of the cache for one, and set HF_TOKEN to it.`,
  });
}

export function badRequest(message: string): Refusal {
  return new Refusal(400, message);
}

/** No such route. */
export function notFound(message: string): Refusal {
  return new Refusal(404, message);
}

export function modelNotFound(message: string): Refusal {
  return new Refusal(404, message, { code: 'RepoNotFound' });
}

export function revisionNotFound(revision: string): Refusal {
  return new Refusal(404, `Invalid rev id: ${revision}`, { code: 'RevisionNotFound' });
}

/** The commit lets clients remember that it has no such file. */
export function entryNotFound(commit: string, message: string, headers: Headers = {}): Refusal {
  return new Refusal(404, message, {
    code: 'EntryNotFound',
    headers: { 'X-Repo-Commit': commit, ...headers },
  });
}
