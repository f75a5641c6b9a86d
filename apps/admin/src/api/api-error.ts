/** What the server refused, as it says so. */
export class ApiError extends Error {
  readonly status: number;
  readonly code: string;
  readonly details: Readonly<Record<string, unknown>>;

  constructor(status: number, code: string, message: string, details = {}) {
    super(message);
    this.name = 'ApiError';
    this.status = status;
    this.code = code;
    this.details = details;
  }
}

/** No answer came: the network or the server is away. */
export class UnreachableError extends Error {
  constructor(cause: unknown) {
    super('the server gives no answer', { cause });
    this.name = 'UnreachableError';
  }
}

export async function readApiError(response: Response): Promise<ApiError> {
  const text = await response.text();
  try {
    const { error } = JSON.parse(text) as {
      error: { code: string; message: string; details?: Record<string, unknown> };
    };
    return new ApiError(response.status, error.code, error.message, error.details);
  } catch {
    const message = text.slice(0, 300).trim() || `the server answered ${response.status}`;
    return new ApiError(response.status, 'unknown', message);
  }
}

/** An error for people. */
export function describeError(error: unknown): {
  readonly title: string;
  readonly message: string;
} {
  if (error instanceof UnreachableError) {
    return {
      title: 'No connection to the server',
      message: 'This page asks again by itself and goes on as soon as an answer comes.',
    };
  }
  if (error instanceof ApiError) {
    return { title: TITLES[error.code] ?? 'That did not work', message: sentence(error.message) };
  }
  return {
    title: 'That did not work',
    message: sentence(error instanceof Error ? error.message : String(error)),
  };
}

const TITLES: Readonly<Record<string, string>> = {
  'access-denied': 'Not allowed',
  'archive-invalid': 'The archive cannot be imported',
  conflict: 'That does not fit with what is there',
  gated: 'The model is gated',
  'insufficient-space': 'Not enough room on the disk',
  'integrity-mismatch': 'The content is not what it should be',
  'model-not-cached': 'There is no such model here',
  'model-not-found': 'There is no such model at the source',
  'not-enabled': 'Not enabled here',
  'object-not-found': 'There is no such thing here',
  offline: 'The server is offline',
  'rate-limited': 'Too many tries',
  'revision-not-found': 'There is no such revision',
  'source-unavailable': 'The source gives no answer',
};

/** What the server says, as a sentence of its own. A name at its beginning stays as it is: its case counts. */
export function sentence(text: string): string {
  const isWord = /^[a-z]+[\s.,;:]/.test(text);
  const first = isWord ? text.charAt(0).toUpperCase() + text.slice(1) : text;
  return /[.!?…]$/.test(first) ? first : `${first}.`;
}
