import type { IncomingMessage, ServerResponse } from 'node:http';
import { isModelkeepError } from '@modelkeep/core/spi';
import type { Authenticator } from './access/authenticator.ts';
import type { Identity } from './access/identity.ts';
import { readSessionCookie } from './access/session-cookie.ts';
import { type Answer, textAnswer } from './http/answer.ts';
import { type AnswerCache, answerKey } from './http/answer-cache.ts';
import { type BufferPool, createBufferPool } from './http/buffers.ts';
import type { HostCheck } from './http/check-host.ts';
import { checkRequest } from './http/check-request.ts';
import { clientAddress, clientKey, isLocalClient } from './http/client-address.ts';
import { isForeignPage, mayRead } from './http/cross-site.ts';
import { readTarget } from './http/read-target.ts';
import { sendAnswer } from './http/send-answer.ts';
import { ServerRequest } from './http/server-request.ts';
import type { AccessLog } from './observe/access-log.ts';
import type { Metrics } from './observe/metrics.ts';
import { type Note, track } from './observe/track.ts';
import { errorAnswer, throttledAnswer } from './own/access-answers.ts';
import { FLIGHTS_PATH } from './peers/flight-route.ts';
import { isStoreAway, statusOf } from './rest/statuses.ts';
import type { TrafficLog } from './traffic/traffic-log.ts';

/** The answer was sent by the route itself. */
export type Handled = 'handled';

/** What stands behind the server's door. */
export interface Routes {
  /** Below `/-/`. `path` is raw. */
  own(
    request: ServerRequest,
    path: string,
    raw: IncomingMessage,
    response: ServerResponse,
  ): Promise<Answer | Handled>;
  /** All else: the Hub's own routes. */
  hub(request: ServerRequest): Promise<Answer>;
}

export interface HandlerOptions {
  readonly routes: Routes;
  readonly authenticator: Authenticator;
  readonly isOurHost: HostCheck;
  readonly corsOrigins: readonly string[];
  /** Path that clients put before all others: `/hub`. */
  readonly prefix: string;
  /** Scheme, host and port, where a proxy stands before the server. */
  readonly publicOrigin: string | undefined;
  readonly answers: AnswerCache;
  readonly metrics: Metrics;
  readonly traffic: Pick<TrafficLog, 'note'>;
  readonly log: AccessLog | undefined;
  readonly onError: (error: unknown) => void;
  readonly isStopping: () => boolean;
}

const CLOSE = { Connection: 'close' };
/** What monitoring asks servers for, and where this one has it. The Hub must not be asked for models of these names. */
const OWN_PATHS: ReadonlyMap<string, string> = new Map([
  ['/health', '/-/healthz'],
  ['/healthz', '/-/healthz'],
  ['/livez', '/-/healthz'],
  ['/readyz', '/-/readyz'],
  ['/metrics', '/-/metrics'],
]);

/** Answers each request: guards the door, finds out who asks, and sends what the routes say. */
export function createHandler(
  options: HandlerOptions,
): (request: IncomingMessage, response: ServerResponse) => void {
  const pool = createBufferPool();
  return (request, response) => {
    const target = readTarget(request.url ?? '');
    const address = clientAddress(request);
    const note: Note = {
      method: request.method ?? '',
      path: 'path' in target ? target.path : '/',
      address,
      startedAt: performance.now(),
      user: '-',
      route: 'refused',
      cache: '-',
      bytes: 0,
      isDownload: request.method === 'GET' && beginsAtStart(request.headers.range),
    };
    track(response, note, options);
    const refusal = checkRequest(request) ?? ('status' in target ? target : undefined);
    const work =
      refusal === undefined && 'path' in target
        ? serve(options, request, response, target, note, pool)
        : sendAnswer(response, refused(refusal), pool, note);
    work.catch((error: unknown) => fail(options, response, error));
  };
}

/** Whether the answer has a file's beginning: clients ask for the rest in parts. */
function beginsAtStart(range: string | undefined): boolean {
  return range === undefined || range.startsWith('bytes=0-');
}

function refused(refusal: { status: number; message: string } | undefined): Answer {
  const { status, message } = refusal ?? { status: 400, message: 'Bad request.' };
  return textAnswer(message, status, CLOSE);
}

function wrongHost(host: string): Answer {
  const name = /^[\w.:[\]-]{1,255}$/.test(host) ? host : 'in the Host header';
  const message = `This server does not answer to the name ${name}. If it is its own, add it to server.allowedHosts in the config file.`;
  return textAnswer(message, 421, { ...CLOSE, 'X-Error-Message': message });
}

async function serve(
  options: HandlerOptions,
  raw: IncomingMessage,
  response: ServerResponse,
  target: { readonly path: string; readonly query: string },
  note: Note,
  pool: BufferPool,
): Promise<void> {
  if (options.isStopping()) response.setHeader('Connection', 'close');
  const host = raw.headers.host ?? '';
  const path = withoutPrefix(target.path, options.prefix);
  // Load balancers probe under any name, and learn no more than that the server is there.
  const isProbe = path === '/-/healthz' || path === '/-/readyz';
  if (!isProbe && !options.isOurHost(host)) {
    return sendAnswer(response, wrongHost(host), pool, note);
  }
  const isOwn = path === '/-' || path.startsWith('/-/');
  const origin = options.publicOrigin ?? `http://${host}`;
  if (isForeignPage(raw, origin) && (isOwn || !mayRead(raw, options.corsOrigins))) {
    const message = 'web pages of other sites may not use this server; corsOrigins says which may';
    return sendAnswer(response, errorAnswer(403, 'access-denied', message), pool, note);
  }
  // A probe must not depend on the store in which users are, and another server is none of them.
  const isNobody = isProbe || path.startsWith(FLIGHTS_PATH);
  const identity: Identity = isNobody
    ? { kind: 'anonymous' }
    : await options.authenticator.identify({
        authorization: raw.headers.authorization,
        // The Hub's own routes never take a cookie: what they serve is strangers' work.
        session: isOwn ? readSessionCookie(raw.headers.cookie, origin) : undefined,
        address: clientKey(note.address, raw.headers['x-forwarded-for']?.toString()),
        isLocal: isLocalClient(raw, note.address),
      });
  note.user = nameOf(identity);
  const request = new ServerRequest(raw, response, {
    target: target.query === '' ? path : `${path}?${target.query}`,
    origin,
    identity,
    address: note.address,
  });
  if (isOwn) {
    note.route = 'own';
    const answer = await options.routes.own(request, path, raw, response);
    return answer === 'handled' ? undefined : sendAnswer(response, answer, pool, note);
  }
  const meant = OWN_PATHS.get(path);
  if (meant !== undefined) {
    const message = `That is ${options.prefix}${meant} here.`;
    return sendAnswer(response, textAnswer(message, 404), pool, note);
  }
  note.route = routeOf(path);
  if (identity.kind === 'throttled') {
    return sendAnswer(response, throttledAnswer(identity.waitMs), pool, note);
  }
  const answer = await askHub(options, request, raw);
  note.cache = answer.headers['X-Modelkeep-Cache'] ?? '-';
  return sendAnswer(response, answer, pool, note);
}

async function askHub(
  { routes, answers }: HandlerOptions,
  request: ServerRequest,
  { headers }: IncomingMessage,
): Promise<Answer> {
  const { method, target, origin, user } = request;
  const key = answerKey(method, target, origin, headers, user);
  const ask = (): Promise<Answer> => routes.hub(request);
  return key === undefined ? ask() : answers.answer(key, ask);
}

function withoutPrefix(path: string, prefix: string): string {
  if (prefix === '' || !path.startsWith(prefix)) return path;
  const rest = path.slice(prefix.length);
  return rest === '' ? '/' : rest.startsWith('/') ? rest : path;
}

function routeOf(path: string): string {
  if (path.startsWith('/api/')) return 'api';
  if (/\/(?:info\/(?:refs|lfs\/.*)|git-(?:upload|receive)-pack)$/.test(path)) return 'git';
  return path.includes('/resolve/') || path.includes('/raw/') ? 'file' : 'page';
}

function nameOf(identity: Identity): string {
  return identity.kind === 'user' ? identity.user.name : '-';
}

/** A client that left is no failure of ours; all else is told to the operator, and to the client if it can still be. */
function fail(options: HandlerOptions, response: ServerResponse, error: unknown): void {
  if (response.destroyed || response.closed) return;
  options.onError(error);
  if (response.headersSent) {
    response.destroy();
    return;
  }
  const { status, headers, body } = failureAnswer(error);
  response.writeHead(status, headers);
  response.end(body as string);
}

function failureAnswer(error: unknown): Answer {
  if (isModelkeepError(error) && isStoreAway(error)) {
    const { status, headers } = statusOf(error);
    return errorAnswer(status, error.code, error.message, headers);
  }
  return errorAnswer(500, 'failed', 'something went wrong in the server; its log says more');
}
