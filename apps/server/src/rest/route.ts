import type { User } from '@modelkeep/core';
import type { ZodType } from 'zod';
import type { Answer } from '../http/answer.ts';
import type { ServerRequest } from '../http/server-request.ts';

/** Who may use a route: an admin does all that a user does. */
export type RouteRole = 'anyone' | 'user' | 'admin';

/** What a route is given: checked, typed, decoded. */
export interface RouteInput<Params, Query, Body> {
  readonly params: Params;
  readonly query: Query;
  readonly body: Body;
  /** `anonymous` where nobody in particular asks, which only a route for anyone sees. */
  readonly user: User;
  readonly request: ServerRequest;
  readonly signal: AbortSignal;
}

/** One route below `/-/api/v1`. The table of all of them is what is served, guarded, audited and described. */
export interface Route<Params = unknown, Query = unknown, Body = unknown> {
  readonly method: 'GET' | 'POST' | 'PUT' | 'PATCH' | 'DELETE';
  /** With parameters in braces: `/models/{key}`. */
  readonly path: string;
  readonly role: RouteRole;
  readonly tag: string;
  readonly summary: string;
  readonly params?: ZodType<Params>;
  readonly query?: ZodType<Query>;
  readonly body?: ZodType<Body>;
  /** What is answered when all is well. */
  readonly answer: {
    readonly status: number;
    readonly schema?: ZodType;
    /** Default: `application/json`. */
    readonly type?: string;
  };
  /** For a route that changes something: what the audit log calls it, and what it is done to. */
  readonly audit?: {
    readonly action: string;
    /** `result` is what the route gave; undefined if it failed. */
    readonly subject?: (
      input: Pick<RouteInput<Params, Query, Body>, 'params' | 'body'>,
      result: unknown,
    ) => string;
    /** Who did it, where nobody in particular asked; told from what the route gave. */
    readonly user?: (result: unknown) => string;
  };
  /** The value to answer as JSON, or an answer of another kind. */
  readonly handle: (input: RouteInput<Params, Query, Body>) => Promise<unknown>;
}

/** An answer that is sent as it is. */
export class OwnAnswer {
  readonly answer: Answer;

  constructor(answer: Answer) {
    this.answer = answer;
  }
}

/** A value to answer as JSON, with headers of its own. */
export class WithHeaders {
  readonly value: unknown;
  readonly headers: Readonly<Record<string, string>>;

  constructor(value: unknown, headers: Readonly<Record<string, string>>) {
    this.value = value;
    this.headers = headers;
  }
}

/** A route whose input types follow from its schemas. */
export function route<Params = undefined, Query = undefined, Body = undefined>(
  definition: Route<Params, Query, Body>,
): Route {
  return definition as unknown as Route;
}
