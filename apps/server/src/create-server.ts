import { createServer as createHttpServer } from 'node:http';
import { hostname } from 'node:os';
import type { User } from '@modelkeep/core';
import { ModelkeepError } from '@modelkeep/core/spi';
import { createHubResponder } from '@modelkeep/hub-api';
import manifest from '../package.json' with { type: 'json' };
import {
  ANONYMOUS_USER,
  createAuthenticator,
  FAILURES_PER_MINUTE,
} from './access/authenticator.ts';
import { createFailureLimit } from './access/failure-limit.ts';
import type { Identity } from './access/identity.ts';
import { LOCAL_USER } from './access/local-user.ts';
import { publicView } from './access/public-view.ts';
import { createSessions } from './access/sessions.ts';
import { createSignInLinks } from './access/sign-in-links.ts';
import { createUsers, type Users } from './access/users.ts';
import { createAuditLog } from './audit/audit-log.ts';
import { connectionFacts } from './connections/connection-facts.ts';
import { createHandler, type Routes } from './handler.ts';
import { createAnswerCache } from './http/answer-cache.ts';
import { createHostCheck } from './http/check-host.ts';
import { isLoopback } from './http/client-address.ts';
import { CONNECTION_LIMITS } from './http/limits.ts';
import { listenAt, stopListening, urlOf } from './http/listening.ts';
import type { ServerRequest } from './http/server-request.ts';
import { createJobs } from './jobs/jobs.ts';
import { createModelIndex } from './models/model-index.ts';
import { createUses, notingUses, type Uses } from './models/uses.ts';
import { watchEvictions } from './models/watch-evictions.ts';
import { watchUnkept } from './models/watch-unkept.ts';
import { createAccessLog } from './observe/access-log.ts';
import { createMetrics, gauge } from './observe/metrics.ts';
import type { ServerOptions } from './options.ts';
import { createOverview } from './overview/create-overview.ts';
import { createAdminPage } from './own/admin-page.ts';
import { createOwnRoutes } from './own/own-routes.ts';
import { createApi } from './rest/create-api.ts';
import { createPresence } from './store/presence.ts';
import { createTrafficLog } from './traffic/traffic-log.ts';
import { createUploadServer } from './uploads/upload-server.ts';

const DEFAULT_HOST = '127.0.0.1';
const DEFAULT_PORT = 8080;
const DEFAULT_GRACE_MS = 30_000;
/** How the leases of flights begin. */
const FLIGHTS = 'flight/';

/** A server of a cache: the Hub's endpoint, and what administers it. */
export interface ModelkeepServer extends AsyncDisposable {
  readonly users: Users;
  /**
   * Begins to listen. Returns the address for clients, without a slash at its end. Fails with `config-invalid` if the
   * server could be reached from elsewhere and has no users, and with `conflict` if the port is taken.
   */
  listen(): Promise<string>;
  /**
   * A code that signs a browser in as the admin `local`: once, and within a quarter of an hour. For the eyes of who runs the
   * server: the page takes it at `/-/sign-in#<code>`.
   */
  issueSignInCode(): Promise<string>;
  /** Ends: accepts nothing more, lets requests finish for the time of grace, then breaks them off. The cache stays open. */
  stop(): Promise<void>;
}

/** A server of `cache`, which stays the caller's: it is not closed with the server. */
export function createServer(options: ServerOptions): ModelkeepServer {
  const { cache, metadata, host = DEFAULT_HOST, port = DEFAULT_PORT } = options;
  const onError = options.onError ?? (() => undefined);
  const users = createUsers(metadata, onError);
  const presence = createPresence(metadata, () => jobs.takeUp());
  const uploads = createUploadServer(options.uploads);
  const audit = createAuditLog(metadata);
  const metrics = createMetrics();
  const answers = createAnswerCache();
  const models = createModelIndex(cache);
  const stopWatching = watchEvictions({
    cache,
    audit,
    onChange() {
      answers.clear();
      models.expire();
    },
    onError,
  });
  const stopHearing = watchUnkept(cache, onError);
  const uses = createUses(metadata, onError);
  const jobs = createJobs({
    cache,
    records: metadata,
    uploads,
    server: presence,
    onEnd: () => models.expire(),
    onError,
  });
  const log =
    options.accessLog && createAccessLog(options.accessLog.output, options.accessLog.json ?? false);
  const publicUrl = options.publicUrl === undefined ? undefined : new URL(options.publicUrl);
  const prefix = publicUrl?.pathname.replace(/\/+$/, '') ?? '';
  let stopping: Promise<void> | undefined;
  const isStopping = (): boolean => stopping !== undefined;
  const sessions = createSessions(metadata, users);
  const links = createSignInLinks(metadata);
  const limit = createFailureLimit(FAILURES_PER_MINUTE);
  const authenticator = createAuthenticator(users, {
    insecure: options.insecure ?? false,
    sessions,
    limit,
  });

  const connections = (options.sources ?? []).map(connectionFacts);
  const traffic = createTrafficLog({
    records: metadata,
    server: presence.id,
    receivedBytes: () => cache.inspection.traffic().receivedBytes,
    onError,
  });
  const api = createApi({
    services: {
      overview: createOverview({
        ...{ cache, models, jobs, users, audit, connections, onError },
      }),
      traffic,
      cache,
      users,
      access: { authenticator, sessions, links, limit, prefix },
      models,
      uses,
      audit,
      jobs,
      uploads,
      connections,
      settings: shownSettings(options),
      version: manifest.version,
    },
    audit,
    onError,
    onChange() {
      answers.clear();
      models.expire();
      authenticator.expire();
    },
  });
  const own = createOwnRoutes({
    cache,
    models,
    records: metadata,
    metrics,
    api,
    uploads,
    page:
      options.adminFolder === undefined ? undefined : createAdminPage(options.adminFolder, prefix),
    peers: options.peers,
    prefix,
    samples: async () => [
      gauge('modelkeep_jobs', 'Jobs of this server that have not ended.', jobs.running),
      gauge(
        'modelkeep_flights',
        'Contents being fetched, by all processes that share the store.',
        (await metadata.listLeases(FLIGHTS)).length,
      ),
    ],
    isStopping,
  });
  const http = createHttpServer(
    CONNECTION_LIMITS,
    createHandler({
      routes: { hub: hubRoutes(options, uses, onError), own },
      authenticator,
      isOurHost: createHostCheck([
        ...(publicUrl === undefined ? [] : [publicUrl.hostname]),
        hostname(),
        ...(options.peers?.hosts ?? []),
        ...(options.allowedHosts ?? []),
      ]),
      corsOrigins: options.corsOrigins ?? [],
      prefix,
      publicOrigin: publicUrl?.origin,
      answers,
      metrics,
      traffic,
      log,
      onError,
      isStopping,
    }),
  );
  const end = async (): Promise<void> => {
    const closed = http.listening
      ? stopListening(http, options.stopGraceMs ?? DEFAULT_GRACE_MS)
      : Promise.resolve();
    await jobs.stop();
    await closed;
    await stopWatching();
    stopHearing();
    await uses.flush();
    await users.settle();
    await traffic.flush();
    await presence[Symbol.asyncDispose]();
    log?.flush();
  };
  const stop = (): Promise<void> => {
    stopping ??= end();
    return stopping;
  };
  return {
    users,
    async listen() {
      if (!isLoopback(host) && !options.insecure && !(await users.any())) throw unguarded(host);
      await presence.begin();
      await listenAt(http, host, port);
      options.peers?.listensAt(host, urlOf(host, http));
      await presence.takeUp();
      uploads.removeExpired().catch(onError);
      // The first who opens the page finds the list read.
      models.list(LOCAL_USER).catch(onError);
      uses.purge().catch(onError);
      traffic.purge().catch(onError);
      return options.publicUrl?.replace(/\/+$/, '') ?? urlOf(host, http);
    },
    issueSignInCode: () => links.issue(),
    stop,
    [Symbol.asyncDispose]: stop,
  };
}

function hubRoutes(
  options: ServerOptions,
  uses: Uses,
  onError: (error: unknown) => void,
): Routes['hub'] {
  const { cache, publicUrl, anonymous, corsOrigins = [] } = options;
  const { view, listModels } = publicView(cache);
  return createHubResponder({
    view: notingUses(view, uses),
    listModels,
    ...(publicUrl === undefined ? {} : { publicUrl }),
    // The server found out before: what it hands on is its own kind of request.
    authenticate: (request) => Promise.resolve(userOf((request as ServerRequest).identity)),
    ...(anonymous === 'read' ? { anonymous: ANONYMOUS_USER } : {}),
    corsOrigins: corsOrigins.includes('*') ? '*' : corsOrigins,
    onError,
  });
}

function userOf(identity: Identity): User | 'invalid' | undefined {
  if (identity.kind === 'user') return identity.user;
  return identity.kind === 'refused' ? 'invalid' : undefined;
}

function shownSettings(options: ServerOptions): Readonly<Record<string, unknown>> {
  const { host = DEFAULT_HOST, port = DEFAULT_PORT, stopGraceMs = DEFAULT_GRACE_MS } = options;
  return {
    ...options.about,
    host,
    port,
    page: options.adminFolder !== undefined,
    allowedHosts: options.allowedHosts ?? [],
    publicUrl: options.publicUrl ?? null,
    anonymous: options.anonymous ?? 'none',
    corsOrigins: options.corsOrigins ?? [],
    insecure: options.insecure ?? false,
    uploads: options.uploads !== undefined,
    stopGraceMs,
    peers: options.peers !== undefined,
  };
}

function unguarded(host: string): ModelkeepError {
  return new ModelkeepError(
    'config-invalid',
    `at ${host} others could reach the server, and it has no users: add one first (modelkeep user add NAME --role admin), listen at 127.0.0.1, or give --insecure`,
  );
}
