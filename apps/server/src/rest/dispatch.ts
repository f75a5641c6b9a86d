import { isModelkeepError, ModelkeepError } from '@modelkeep/core/spi';
import type { ZodType } from 'zod';
import { ANONYMOUS_USER } from '../access/authenticator.ts';
import type { AuditLog } from '../audit/audit-log.ts';
import { type Answer, jsonAnswer } from '../http/answer.ts';
import { MOST_BODY_BYTES } from '../http/limits.ts';
import type { ServerRequest } from '../http/server-request.ts';
import { errorAnswer, refuseIdentity } from '../own/access-answers.ts';
import { createMatcher } from './match.ts';
import { OwnAnswer, type Route, type RouteInput, WithHeaders } from './route.ts';
import { statusOf } from './statuses.ts';

export interface DispatcherOptions {
  readonly routes: readonly Route[];
  readonly audit: AuditLog;
  readonly onError: (error: unknown) => void;
  /** Called after each change. */
  readonly onChange: () => void;
}

/** Answers a request below the API's path; `path` is raw and begins with a slash. The caller is known by now. */
export type Dispatcher = (request: ServerRequest, path: string) => Promise<Answer>;

export function createDispatcher(options: DispatcherOptions): Dispatcher {
  const match = createMatcher(options.routes);
  const answerTo = async (request: ServerRequest, path: string): Promise<Answer> => {
    const found = match(path);
    const method = request.method === 'HEAD' ? 'GET' : request.method;
    const route = found?.routes.get(method);
    // Who is not known learns nothing of what is here.
    const refusal = route?.role === 'anyone' ? undefined : refuseIdentity(request.identity);
    if (refusal !== undefined) return refusal;
    if (found === undefined) {
      return errorAnswer(
        404,
        'object-not-found',
        `the API has no route ${path}; /-/api/openapi.json has those that there are`,
      );
    }
    const { routes, params } = found;
    if (route === undefined) {
      const allowed = [...routes.keys()].join(', ');
      return errorAnswer(405, 'unsupported', `this route answers ${allowed}`, { Allow: allowed });
    }
    return perform(options, route, request, params);
  };
  return async (request, path) => {
    try {
      const answer = await answerTo(request, path);
      return request.method === 'HEAD'
        ? { status: answer.status, headers: answer.headers }
        : answer;
    } catch (error) {
      return refuse(options, request, error);
    }
  };
}

async function perform(
  options: DispatcherOptions,
  route: Route,
  request: ServerRequest,
  rawParams: Readonly<Record<string, string>>,
): Promise<Answer> {
  const user = request.user ?? ANONYMOUS_USER;
  if (route.role === 'admin' && user.role !== 'admin') {
    await audit(options, route, request, undefined, 'access-denied');
    throw new ModelkeepError('access-denied', 'only an admin may do that');
  }
  let input: RouteInput<unknown, unknown, unknown> | undefined;
  try {
    input = {
      params: check(route.params, rawParams, 'path'),
      query: check(route.query, queryOf(request), 'query'),
      body: route.body === undefined ? undefined : check(route.body, await bodyOf(request), 'body'),
      user,
      request,
      signal: request.signal,
    };
    const result = await route.handle(input);
    const { status } = route.answer;
    const [value, headers] =
      result instanceof WithHeaders ? [result.value, result.headers] : [result, {}];
    const isRefused = result instanceof OwnAnswer && result.answer.status >= 400;
    await audit(options, route, request, input, isRefused ? 'access-denied' : 'ok', value);
    if (route.audit !== undefined && !isRefused) options.onChange();
    if (result instanceof OwnAnswer) return result.answer;
    return status === 204 ? { status, headers } : jsonAnswer(value, status, headers);
  } catch (error) {
    await audit(options, route, request, input, isModelkeepError(error) ? error.code : 'failed');
    throw error;
  }
}

async function audit(
  options: DispatcherOptions,
  route: Route,
  request: ServerRequest,
  input: RouteInput<unknown, unknown, unknown> | undefined,
  outcome: string,
  result?: unknown,
): Promise<void> {
  if (route.audit === undefined) return;
  // What nobody in particular asks for in vain would fill the log.
  if (request.user === undefined && outcome !== 'ok') return;
  const { action, subject } = route.audit;
  await options.audit.append({
    action,
    subject: (input && subject?.(input, result)) ?? '',
    user: request.user?.name ?? route.audit.user?.(result) ?? '',
    address: request.address,
    outcome,
  });
}

function check(schema: ZodType | undefined, value: unknown, place: string): unknown {
  if (schema === undefined) return undefined;
  const result = schema.safeParse(value);
  if (result.success) return result.data;
  const issues = result.error.issues.map(({ path, message }) => ({
    field: [place, ...path].join('.'),
    message,
  }));
  const [first] = issues;
  throw new ModelkeepError('invalid-argument', `${first?.field}: ${first?.message}`, {
    details: { issues },
  });
}

/** A name that comes once is a text, one that comes often a list. */
function queryOf({ target }: ServerRequest): Record<string, string | string[]> {
  const mark = target.indexOf('?');
  const parameters = new URLSearchParams(mark < 0 ? '' : target.slice(mark + 1));
  const query: Record<string, string | string[]> = Object.create(null) as Record<string, never>;
  for (const name of new Set(parameters.keys())) {
    const values = parameters.getAll(name);
    query[name] = values.length === 1 ? (values[0] ?? '') : values;
  }
  return query;
}

async function bodyOf(request: ServerRequest): Promise<unknown> {
  const type = request.header('content-type') ?? '';
  // A form, which a page of another site can send, is none of these.
  if (!/^application\/json\s*(;|$)/i.test(type)) {
    throw new ModelkeepError(
      'invalid-argument',
      'the body must be JSON: Content-Type: application/json',
    );
  }
  let bytes: Uint8Array;
  try {
    bytes = await request.readBody(MOST_BODY_BYTES);
  } catch (error) {
    if (!(error instanceof RangeError)) throw error;
    throw new ModelkeepError('invalid-argument', error.message, { cause: error });
  }
  try {
    return JSON.parse(new TextDecoder('utf-8', { fatal: true }).decode(bytes)) as unknown;
  } catch (error) {
    throw new ModelkeepError('invalid-argument', 'the body is not valid JSON', { cause: error });
  }
}

function refuse(options: DispatcherOptions, request: ServerRequest, error: unknown): Answer {
  if (request.signal.aborted) return { status: 499, headers: {} };
  if (!isModelkeepError(error)) {
    options.onError(error);
    return errorAnswer(500, 'failed', 'something went wrong in the server; its log says more');
  }
  const { status, headers } = statusOf(error);
  if (status === 500) options.onError(error);
  return errorAnswer(status, error.code, error.message, headers, error.details);
}
