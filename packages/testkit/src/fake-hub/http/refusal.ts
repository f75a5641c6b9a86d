/** An answer that says no, as the Hub says it. */
export class Refusal extends Error {
  readonly status: number;
  readonly code: string | undefined;
  readonly headers: Readonly<Record<string, string>>;

  constructor(
    status: number,
    message: string,
    code?: string,
    headers: Readonly<Record<string, string>> = {},
  ) {
    super(message);
    this.status = status;
    this.code = code;
    this.headers = headers;
  }
}

const WWW_AUTHENTICATE = 'Bearer realm="Authentication required", charset="UTF-8"';

/** For somebody unknown: what the Hub says of a model that is missing, and of one that is private. */
export function authenticationRequired(): Refusal {
  const headers = { 'WWW-Authenticate': WWW_AUTHENTICATE };
  return new Refusal(401, 'Invalid username or password.', undefined, headers);
}

export function unknownToken(): Refusal {
  const headers = { 'WWW-Authenticate': WWW_AUTHENTICATE };
  return new Refusal(401, 'Invalid credentials in Authorization header', undefined, headers);
}

export function repositoryNotFound(): Refusal {
  return new Refusal(404, 'Repository not found', 'RepoNotFound');
}

export function revisionNotFound(revision: string): Refusal {
  return new Refusal(404, `Invalid rev id: ${revision}`, 'RevisionNotFound');
}

/** `message` differs by route. */
export function entryNotFound(commit: string, message = 'Entry not found'): Refusal {
  return new Refusal(404, message, 'EntryNotFound', { 'X-Repo-Commit': commit });
}

export function repositoryDisabled(): Refusal {
  return new Refusal(403, 'Access to this resource is disabled.');
}

export function gatedAnonymous(id: string): Refusal {
  const message = `Access to model ${id} is restricted. You must have access to it and be authenticated to access it. Please log in.`;
  return new Refusal(401, message, 'GatedRepo', { 'WWW-Authenticate': WWW_AUTHENTICATE });
}

export function gatedNotListed(id: string): Refusal {
  const message = `Access to model ${id} is restricted and you are not in the authorized list. Visit https://huggingface.co/${id} to ask for access.`;
  return new Refusal(403, message, 'GatedRepo');
}

export function gatedPending(id: string): Refusal {
  const message = `Your request to access model ${id} is awaiting a review from the repo authors.`;
  return new Refusal(403, message, 'GatedRepo');
}
