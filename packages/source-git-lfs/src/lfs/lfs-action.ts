import { type ErrorCode, ModelkeepError } from '@modelkeep/core/spi';
import { redact } from '@modelkeep/http-client';

/** Where a content can be had, and what has to be sent there. */
export interface LfsAction {
  /** May be signed: never in a message. */
  readonly href: string;
  readonly headers: Readonly<Record<string, string>>;
  /** ms since the epoch. */
  readonly expiresAt: number;
}

/** What a batch says of one content. */
export type LfsAnswer = LfsAction | { readonly code: number; readonly message: string };

const SOONER_MS = 30_000;

/** Reads the answer to a batch request: by sha256. What is not well formed is left out. */
export function readBatch(
  json: unknown,
  own: { readonly origin: string; readonly authorization: string | undefined },
): ReadonlyMap<string, LfsAnswer> {
  const answers = new Map<string, LfsAnswer>();
  const { objects } = asRecord(json);
  for (const object of Array.isArray(objects) ? objects.map(asRecord) : []) {
    const { oid, error, actions, authenticated } = object;
    if (typeof oid !== 'string') continue;
    const { code, message } = asRecord(error);
    if (typeof code === 'number') {
      answers.set(oid, { code, message: typeof message === 'string' ? message : '' });
      continue;
    }
    const action = readAction(asRecord(asRecord(actions)['download']));
    if (action === undefined) continue;
    const isOurs = new URL(action.href).origin === own.origin && authenticated !== true;
    const hasOwn = Object.keys(action.headers).some((name) => /^authorization$/i.test(name));
    const { authorization } = own;
    const adds = isOurs && !hasOwn && authorization !== undefined;
    answers.set(oid, adds ? { ...action, headers: { ...action.headers, authorization } } : action);
  }
  return answers;
}

function readAction(action: Readonly<Record<string, unknown>>): LfsAction | undefined {
  const { href, header, expires_in: expiresIn, expires_at: expiresAt } = action;
  if (typeof href !== 'string' || !/^https?:$/.test(URL.parse(href)?.protocol ?? '')) {
    return undefined;
  }
  const headers = Object.entries(asRecord(header)).filter(
    (entry): entry is [string, string] => typeof entry[1] === 'string',
  );
  const at = typeof expiresAt === 'string' ? Date.parse(expiresAt) : Number.NaN;
  const until = typeof expiresIn === 'number' && expiresIn > 0 ? Date.now() + expiresIn * 1000 : at;
  return {
    href,
    headers: Object.fromEntries(headers),
    expiresAt: Number.isNaN(until) ? Number.POSITIVE_INFINITY : until - SOONER_MS,
  };
}

/** The error for a content that the server does not give. */
export function objectError(
  where: { readonly modelId: string; readonly path: string; readonly host: string },
  { code: status, message }: { readonly code: number; readonly message: string },
): ModelkeepError {
  const { modelId, path, host } = where;
  const code = codeOf(status);
  const words = redact(message.replace(/\p{Cc}/gu, ' ')).slice(0, 200);
  const said = words === '' ? '' : ` (it said: ${words})`;
  return new ModelkeepError(code, `${host} does not give ${path} of ${modelId}: ${status}${said}`, {
    retryable: code === 'rate-limited' || (code === 'source-unavailable' && status >= 500),
    details: { host, modelId, file: path, status },
  });
}

function codeOf(status: number): ErrorCode {
  if (status === 404 || status === 410) return 'file-not-found';
  if (status === 401 || status === 403) return 'access-denied';
  return status === 429 ? 'rate-limited' : 'source-unavailable';
}

function asRecord(value: unknown): Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null ? (value as Record<string, unknown>) : {};
}
