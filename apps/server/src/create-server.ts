import { createServer as createHttpServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { hostname } from 'node:os';
import type { User } from '@modelkeep/core';
import { ModelkeepError } from '@modelkeep/core/spi';
import { createHubResponder } from '@modelkeep/hub-api';
import { ANONYMOUS_USER, createAuthenticator } from './access/authenticator.ts';
import type { Identity } from './access/identity.ts';
import { createUsers, type Users } from './access/users.ts';
import { createHandler } from './handler.ts';
import { createAnswerCache } from './http/answer-cache.ts';
import { createHostCheck } from './http/check-host.ts';
import { isLoopback } from './http/client-address.ts';
import { CONNECTION_LIMITS } from './http/limits.ts';
import type { ServerRequest } from './http/server-request.ts';
import { createAccessLog } from './observe/access-log.ts';
import { createMetrics } from './observe/metrics.ts';
import type { ServerOptions } from './options.ts';
import { createOwnRoutes } from './own/own-routes.ts';

const DEFAULT_HOST = '127.0.0.1';
const DEFAULT_PORT = 8080;
const DEFAULT_GRACE_MS = 30_000;

/** A server of a cache: the Hub's endpoint, and what administers it. */
export interface ModelkeepServer extends AsyncDisposable {
  readonly users: Users;
  /**
   * Begins to listen. Returns the address for clients, without a slash at its end. Fails with `config-invalid` if the
   * server could be reached from elsewhere and has no users, and with `conflict` if the port is taken.
   */
  listen(): Promise<string>;
  /** Ends: accepts nothing more, lets requests finish for the time of grace, then breaks them off. The cache stays open. */
  stop(): Promise<void>;
}

/** A server of `cache`, which stays the caller's: it is not closed with the server. */
export function createServer(options: ServerOptions): ModelkeepServer {
  const { cache, records, host = DEFAULT_HOST, corsOrigins = [] } = options;
  const onError = options.onError ?? (() => undefined);
  const users = createUsers(records);
  const authenticator = createAuthenticator(users, { insecure: options.insecure ?? false });
  const metrics = createMetrics();
  const log =
    options.accessLog && createAccessLog(options.accessLog.output, options.accessLog.json ?? false);
  const publicUrl = options.publicUrl === undefined ? undefined : new URL(options.publicUrl);
  const answers = createAnswerCache();
  let stopping: Promise<void> | undefined;
  const isStopping = (): boolean => stopping !== undefined;

  const hub = createHubResponder({
    view: cache.hub,
    listModels: (callOptions) => cache.listModels(callOptions),
    ...(options.publicUrl === undefined ? {} : { publicUrl: options.publicUrl }),
    authenticate: (request) => Promise.resolve(userOf((request as ServerRequest).identity)),
    ...(options.anonymous === 'read' ? { anonymous: ANONYMOUS_USER } : {}),
    corsOrigins: corsOrigins.includes('*') ? '*' : corsOrigins,
    onError,
  });
  const http = createHttpServer(
    CONNECTION_LIMITS,
    createHandler({
      routes: { hub, own: createOwnRoutes({ cache, records, metrics, isStopping }) },
      authenticator,
      isOurHost: createHostCheck([
        ...hostsOf(publicUrl),
        hostname(),
        ...(options.allowedHosts ?? []),
      ]),
      corsOrigins,
      prefix: publicUrl?.pathname.replace(/\/+$/, '') ?? '',
      publicOrigin: publicUrl?.origin,
      answers,
      metrics,
      log,
      onError,
      isStopping,
    }),
  );
  const stop = (): Promise<void> => {
    stopping ??= stopServer(http, options.stopGraceMs ?? DEFAULT_GRACE_MS).finally(() =>
      log?.flush(),
    );
    return stopping;
  };
  return {
    users,
    async listen() {
      if (!isLoopback(host) && !options.insecure && !(await users.any())) throw unguarded(host);
      await listenAt(http, host, options.port ?? DEFAULT_PORT);
      return options.publicUrl?.replace(/\/+$/, '') ?? urlOf(host, http);
    },
    stop,
    [Symbol.asyncDispose]: stop,
  };
}

function userOf(identity: Identity): User | 'invalid' | undefined {
  if (identity.kind === 'user') return identity.user;
  return identity.kind === 'refused' ? 'invalid' : undefined;
}

function hostsOf(url: URL | undefined): string[] {
  return url === undefined ? [] : [url.hostname];
}

function unguarded(host: string): ModelkeepError {
  return new ModelkeepError(
    'config-invalid',
    `at ${host} others could reach the server, and it has no users: add one first (modelkeep user add NAME --role admin), listen at 127.0.0.1, or give --insecure`,
  );
}

function listenAt(http: Server, host: string, port: number): Promise<void> {
  return new Promise((resolve, reject) => {
    http.once('error', (error: NodeJS.ErrnoException) => {
      reject(
        error.code === 'EADDRINUSE'
          ? new ModelkeepError(
              'conflict',
              `port ${port} of ${host} is taken: give another with --port`,
              { cause: error },
            )
          : new ModelkeepError(
              'config-invalid',
              `cannot listen at ${host}:${port}: ${error.message}`,
              { cause: error },
            ),
      );
    });
    http.listen(port, host, resolve);
  });
}

function urlOf(host: string, http: Server): string {
  const { port } = http.address() as AddressInfo;
  const name = host === '0.0.0.0' || host === '::' ? hostname() : host;
  return `http://${name.includes(':') ? `[${name}]` : name}:${port}`;
}

/** Idle connections end at once, busy ones after their answer, all of them after the time of grace. */
function stopServer(http: Server, graceMs: number): Promise<void> {
  return new Promise((resolve) => {
    const deadline = setTimeout(() => http.closeAllConnections(), graceMs);
    http.close(() => {
      clearTimeout(deadline);
      resolve();
    });
    http.closeIdleConnections();
  });
}
