import type { User } from '@modelkeep/core';
import type { Call } from './call.ts';
import { corsHeaders, preflightAnswer } from './http/cors.ts';
import { errorAnswer, isGitPlace, type Place } from './http/error-answer.ts';
import { refusalOf } from './http/error-table.ts';
import type { HubAnswer } from './http/hub-answer.ts';
import type { HubRequest } from './http/hub-request.ts';
import { authenticationRequired, badRequest, notFound, unknownToken } from './http/refusal.ts';
import type { HubApiOptions } from './options.ts';
import { ROUTES } from './routes/routes.ts';
import { allowedMethods, refuseMethod } from './routing/methods.ts';
import { type Address, type Route, readAddress } from './routing/read-address.ts';
import { readTarget, type Target } from './routing/read-target.ts';

/** Answers one request. Never rejects. */
export type HubResponder = (request: HubRequest) => Promise<HubAnswer>;

// What tells nothing of anybody's models.
const OPEN_TO_ALL: ReadonlySet<Route> = new Set(['home', 'harnesses', 'telemetry']);
const ORIGIN = /^https?:\/\/[A-Za-z0-9._:[\]-]+$/;
const SANDBOX = "default-src 'none'; sandbox";
// The client is gone; nobody reads this.
const GONE: HubAnswer = { status: 499, headers: {} };

interface Setting {
  readonly options: HubApiOptions;
  readonly prefix: readonly string[];
  /** Without a slash at its end. */
  readonly publicUrl: string | undefined;
}

/** The Hub's protocol over a cache, for a server that has requests of its own kind. Keeps no state. */
export function createHubResponder(options: HubApiOptions): HubResponder {
  const prefix = (options.prefix ?? '').split('/').filter((name) => name !== '');
  const publicUrl = options.publicUrl?.replace(/\/+$/, '');
  const setting = { options, prefix, publicUrl };
  return async (request) => finished(setting, request, await answered(setting, request));
}

async function answered(setting: Setting, request: HubRequest): Promise<HubAnswer> {
  let place: Place = /^[^?]*\/api(\/|$)/.test(request.target) ? 'api' : 'page';
  let user: User | undefined;
  try {
    const target = withoutPrefix(readTarget(request.target), setting.prefix);
    const address = readAddress(target);
    place = address.place;
    if (request.method === 'OPTIONS') return preflightAnswer(allowedMethods(address.route));
    refuseMethod(request.method, address.route);
    const call = await openCall(setting, request, target, address);
    user = call.user;
    return await ROUTES[address.route](call);
  } catch (error) {
    if (request.signal?.aborted) return GONE;
    const refusal = refusalOf(error, isAnonymous(setting.options, request, place, user));
    if (refusal.status >= 500 && refusal.status !== 503) setting.options.onError?.(error);
    return errorAnswer(refusal, place);
  }
}

/** To git a 401 is a question for a password, which helps nobody who is known already, or whom nobody knows. */
function isAnonymous(
  { authenticate }: HubApiOptions,
  request: HubRequest,
  place: Place,
  user: User | undefined,
): boolean {
  if (request.header('authorization') !== undefined) return false;
  return !isGitPlace(place) || (authenticate !== undefined && user === undefined);
}

function withoutPrefix(target: Target, prefix: readonly string[]): Target {
  if (prefix.length === 0) return target;
  const { segments } = target;
  if (!prefix.every((name, index) => segments[index]?.text === name)) {
    throw notFound(`nothing is here: this server keeps models below /${prefix.join('/')}`);
  }
  return { ...target, segments: segments.slice(prefix.length) };
}

async function openCall(
  setting: Setting,
  request: HubRequest,
  target: Target,
  address: Address,
): Promise<Call> {
  const { options, prefix, publicUrl } = setting;
  if (publicUrl === undefined && !ORIGIN.test(request.origin)) throw badRequest('no such host');
  const baseUrl = publicUrl ?? [request.origin, ...prefix].join('/');
  const user = OPEN_TO_ALL.has(address.route) ? undefined : await userOf(options, request, address);
  const actor = user ?? (options.authenticate === undefined ? undefined : options.anonymous);
  return {
    options,
    request,
    target,
    address,
    modelId: address.modelId ?? '',
    user,
    callOptions: {
      ...(actor === undefined ? {} : { user: actor }),
      ...(request.signal === undefined ? {} : { signal: request.signal }),
    },
    baseUrl,
    basePath: publicUrl === undefined ? ['', ...prefix].join('/') : pathOf(publicUrl),
  };
}

function pathOf(url: string): string {
  return new URL(url).pathname.replace(/\/+$/, '');
}

async function userOf(
  options: HubApiOptions,
  request: HubRequest,
  address: Address,
): Promise<User | undefined> {
  const user = await options.authenticate?.(request);
  if (user === 'invalid') throw unknownToken();
  const mayPass = options.authenticate === undefined || options.anonymous !== undefined;
  if (user === undefined && !mayPass && address.route !== 'whoami') {
    throw authenticationRequired(
      'This cache serves only users that it knows: ask its administrator for a token, and set HF_TOKEN to it.',
    );
  }
  return user;
}

/** What every answer has. */
function finished(
  { options }: Setting,
  request: HubRequest,
  { status, headers, body }: HubAnswer,
): HubAnswer {
  const all = {
    'X-Modelkeep-Cache': 'hit',
    'Content-Security-Policy': SANDBOX,
    'X-Content-Type-Options': 'nosniff',
    Vary: 'Authorization, Origin',
    ...corsHeaders(request.header('origin'), options.corsOrigins ?? '*'),
    ...headers,
  };
  return body === undefined || request.method === 'HEAD'
    ? { status, headers: all }
    : { status, headers: all, body };
}
