import type { User } from '@modelkeep/core';
import { ModelkeepError } from '@modelkeep/core/spi';
import * as z from 'zod';
import type { Identity } from '../../access/identity.ts';
import { LOCAL_USER } from '../../access/local-user.ts';
import { sessionCookie } from '../../access/session-cookie.ts';
import type { SessionFacts } from '../../access/session-records.ts';
import { hashToken } from '../../access/token.ts';
import { clientKey } from '../../http/client-address.ts';
import type { ServerRequest } from '../../http/server-request.ts';
import { refuseIdentity } from '../../own/access-answers.ts';
import { OwnAnswer, type Route, route, WithHeaders } from '../route.ts';
import { sessionSchema, sessionStateSchema } from '../schemas/session.ts';
import { userSchema } from '../schemas/user.ts';
import type { Services } from '../services.ts';

const TAG = 'sessions';
const UNKNOWN: Identity = { kind: 'refused', reason: 'unknown' };

interface SignedIn {
  readonly user: User;
  readonly tokenHash: string | null;
}

/** How a browser signs in: with a token, or with a link of the server's console. A user sees and ends their own sessions; an admin all. */
export function sessionRoutes({ access, users, version }: Services): readonly Route[] {
  const stateOf = async (identity: Identity, session?: SessionFacts): Promise<object> => {
    const isUser = identity.kind === 'user';
    const own = isUser ? await ownSession(identity, session) : undefined;
    const mayAdd = isUser && identity.user.role === 'admin';
    return {
      user: isUser ? { name: identity.user.name, role: identity.user.role } : null,
      via: isUser ? identity.via : null,
      session: own === undefined ? null : { ...own, current: true },
      needsSetup: mayAdd && !(await users.any()),
      version,
    };
  };
  const ownSession = async (
    { sessionId, user }: Extract<Identity, { kind: 'user' }>,
    session: SessionFacts | undefined,
  ): Promise<SessionFacts | undefined> => {
    if (session !== undefined || sessionId === undefined) return session;
    return (await access.sessions.list(user.name)).find(({ id }) => id === sessionId);
  };
  const begin = async (
    { user, tokenHash }: SignedIn,
    request: ServerRequest,
  ): Promise<{ readonly cookie: string; readonly session: SessionFacts }> => {
    const { secret, session } = await access.sessions.begin({
      user: user.name,
      tokenHash,
      address: request.address,
      agent: request.header('user-agent') ?? '',
    });
    return { cookie: cookieOf(secret, request), session };
  };
  const cookieOf = (secret: string | undefined, request: ServerRequest): string =>
    sessionCookie(secret, {
      origin: request.origin,
      prefix: access.prefix,
      isSecure: request.header('x-forwarded-proto') === 'https',
    });
  const byToken = async (token: string, address: string): Promise<Identity | SignedIn> => {
    const identity = await access.authenticator.identify({
      authorization: `Bearer ${token}`,
      address,
      isLocal: false,
    });
    const isKnown = identity.kind === 'user' && identity.via === 'token';
    return isKnown ? { user: identity.user, tokenHash: hashToken(token) } : identity;
  };
  const byLink = async (code: string, address: string): Promise<Identity | SignedIn> => {
    const waitMs = access.limit.waitMs(address);
    if (waitMs > 0) return { kind: 'throttled', waitMs };
    if (await access.links.redeem(code)) return { user: LOCAL_USER, tokenHash: null };
    access.limit.failed(address);
    return UNKNOWN;
  };
  return [
    route({
      method: 'GET',
      path: '/session',
      role: 'anyone',
      tag: TAG,
      summary: 'Who asks, and by what right',
      answer: { status: 200, schema: sessionStateSchema },
      handle: ({ request }) => stateOf(request.identity),
    }),
    route({
      method: 'POST',
      path: '/session',
      role: 'anyone',
      tag: TAG,
      summary:
        "Sign a browser in: with a token, or with the code in the link of the server's console",
      body: z.union([
        z.strictObject({ token: z.string().min(1).max(200) }),
        z.strictObject({ link: z.string().min(1).max(200) }),
      ]),
      answer: { status: 200, schema: sessionStateSchema },
      audit: {
        action: 'session.begin',
        subject: ({ body }) => ('token' in body ? 'by token' : 'by link'),
        user: (result) => (result as { user?: { name: string } } | undefined)?.user?.name ?? '',
      },
      async handle({ body, request }) {
        const address = clientKey(request.address, request.header('x-forwarded-for'));
        const found = await ('token' in body
          ? byToken(body.token, address)
          : byLink(body.link, address));
        if ('kind' in found) {
          const refusal = refuseIdentity(found.kind === 'user' ? UNKNOWN : found);
          return new OwnAnswer(refusal ?? { status: 401, headers: {} });
        }
        const { cookie, session } = await begin(found, request);
        const identity = { kind: 'user', user: found.user, via: 'session' } as const;
        return new WithHeaders(await stateOf(identity, session), { 'Set-Cookie': cookie });
      },
    }),
    route({
      method: 'DELETE',
      path: '/session',
      role: 'user',
      tag: TAG,
      summary: 'Sign out',
      answer: { status: 204 },
      audit: { action: 'session.end' },
      async handle({ request }) {
        const { identity } = request;
        const id = identity.kind === 'user' ? identity.sessionId : undefined;
        if (id !== undefined) await access.sessions.end(id);
        return new WithHeaders(undefined, { 'Set-Cookie': cookieOf(undefined, request) });
      },
    }),
    route({
      method: 'GET',
      path: '/sessions',
      role: 'user',
      tag: TAG,
      summary: 'Browsers that are signed in: all of them for an admin, else the own ones',
      answer: { status: 200, schema: z.object({ sessions: z.array(sessionSchema) }) },
      async handle({ user, request: { identity } }) {
        const own = identity.kind === 'user' ? identity.sessionId : undefined;
        const found = await access.sessions.list(user.role === 'admin' ? undefined : user.name);
        return { sessions: found.map((session) => ({ ...session, current: session.id === own })) };
      },
    }),
    route({
      method: 'DELETE',
      path: '/sessions/{id}',
      role: 'user',
      tag: TAG,
      summary: 'Sign a browser out',
      params: z.object({ id: z.string().min(1).max(64) }),
      answer: { status: 200, schema: sessionSchema },
      audit: { action: 'session.revoke', subject: ({ params }) => params.id },
      async handle({ params: { id }, user, request: { identity } }) {
        const found = await access.sessions.list(user.role === 'admin' ? undefined : user.name);
        if (!found.some((session) => session.id === id)) {
          throw new ModelkeepError('object-not-found', `there is no session ${id}`);
        }
        const current = identity.kind === 'user' && identity.sessionId === id;
        return { ...(await access.sessions.end(id)), current };
      },
    }),
    route({
      method: 'POST',
      path: '/setup',
      role: 'admin',
      tag: TAG,
      summary: 'Add the first user, an admin, with a token, and sign the browser in as it',
      body: z.strictObject({ name: z.string().min(1).max(64) }),
      answer: {
        status: 201,
        schema: z.object({ user: userSchema, token: z.string().describe('Shown this once.') }),
      },
      audit: { action: 'user.add', subject: ({ body }) => `${body.name} as admin` },
      async handle({ body: { name }, user, request }) {
        if (await users.any()) throw new ModelkeepError('conflict', 'there are users already');
        const first = await users.add({ name, role: 'admin', by: user.name });
        const { token } = await users.issueToken({ user: name, label: 'first' });
        const signedIn = { user: { name, role: 'admin' as const }, tokenHash: hashToken(token) };
        const { cookie } = await begin(signedIn, request);
        return new WithHeaders({ user: first, token }, { 'Set-Cookie': cookie });
      },
    }),
  ];
}
