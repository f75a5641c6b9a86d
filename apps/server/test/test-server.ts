import { once } from 'node:events';
import { request as httpRequest, type IncomingHttpHeaders } from 'node:http';
import { type AddressInfo, connect, createServer as createNetServer } from 'node:net';
import { buffer, text } from 'node:stream/consumers';
import { tarArchives } from '@modelkeep/archive-tar';
import {
  type Connection,
  createModelCache,
  type ModelCache,
  type ModelCacheOptions,
} from '@modelkeep/core';
import { sqliteMetadata } from '@modelkeep/metadata-sqlite';
import { hubSource } from '@modelkeep/source-hub';
import { localStorage } from '@modelkeep/storage-local';
import { type FakeHub, type FakeHubOptions, startFakeHub } from '@modelkeep/testkit/fake-hub';
import { tempFolder } from '@modelkeep/testkit/memory';
import { watchSources } from '../src/connections/watch-sources.ts';
import { createServer, type ModelkeepServer } from '../src/create-server.ts';
import type { ServerOptions } from '../src/options.ts';

/** The connection's own token, which opens everything at the source. */
const SOURCE_TOKEN = 'hf_of_the_connection_itself';

interface Reply {
  readonly status: number;
  readonly headers: IncomingHttpHeaders;
  readonly bytes: Buffer;
  readonly text: string;
  json<T = Record<string, unknown>>(): T;
}

interface AskOptions {
  readonly method?: string;
  readonly headers?: Record<string, string>;
  readonly token?: string;
  /** Sent as JSON. */
  readonly body?: unknown;
}

export interface TestServer extends AsyncDisposable {
  readonly url: string;
  readonly port: number;
  readonly hub: FakeHub;
  readonly cache: ModelCache;
  readonly server: ModelkeepServer;
  readonly folder: string;
  /** What the access log holds so far. */
  readonly log: readonly string[];
  readonly errors: readonly unknown[];
  ask(path: string, options?: AskOptions): Promise<Reply>;
  /** Sends the bytes as they are on a connection of their own; all that comes back until it is closed. */
  raw(request: string): Promise<string>;
  /** Adds a user and returns a token. */
  addUser(name: string, role: 'admin' | 'user'): Promise<string>;
}

/** A server on a real store, with a Hub behind it. */
export async function testServer(
  options: Partial<ServerOptions> = {},
  connection: Pick<Connection, 'models'> = {},
  limits: Pick<ModelCacheOptions, 'quotaBytes' | 'evict'> = {},
  hubOptions: FakeHubOptions = {},
): Promise<TestServer> {
  const folder = await tempFolder();
  // Behind the address of a proxy the port could not be seen.
  const chosen = options.publicUrl === undefined ? 0 : await freePort();
  const hub = await startFakeHub(hubOptions);
  const metadata = sqliteMetadata({ file: `${folder.path}/index.db` });
  hub.addToken(SOURCE_TOKEN, { grants: '*' });
  const source = hubSource({ endpoint: hub.url, name: 'hub', accessToken: SOURCE_TOKEN });
  const sources = watchSources([{ name: source.name, source, ...connection }]);
  const cache = await createModelCache({
    storage: localStorage({ directory: folder.path }),
    metadata,
    sources,
    archives: [tarArchives()],
    ...limits,
    ...(options.peers === undefined ? {} : { peers: options.peers }),
  });
  const log: string[] = [];
  const errors: unknown[] = [];
  const server = createServer({
    cache,
    metadata,
    sources,
    uploads: `${folder.path}/uploads`,
    port: chosen,
    stopGraceMs: 200,
    accessLog: { output: (lines) => log.push(lines) },
    onError: (error) => errors.push(error),
    ...options,
  });
  const url = await server.listen();
  const port = chosen === 0 ? Number(new URL(url).port) : chosen;
  return {
    url,
    port,
    hub,
    cache,
    server,
    folder: folder.path,
    log,
    errors,
    ask: (path, asked) => ask(port, path, asked),
    raw: (request) => raw(port, request),
    async addUser(name, role) {
      await server.users.add({ name, role, by: 'test' });
      return (await server.users.issueToken({ user: name })).token;
    },
    async [Symbol.asyncDispose]() {
      await server.stop();
      await cache.close();
      await hub.stop();
      await folder[Symbol.asyncDispose]();
    },
  };
}

async function freePort(): Promise<number> {
  const probe = createNetServer().listen(0, '127.0.0.1');
  await once(probe, 'listening');
  const { port } = probe.address() as AddressInfo;
  probe.close();
  await once(probe, 'close');
  return port;
}

async function ask(port: number, path: string, options: AskOptions = {}): Promise<Reply> {
  const { method = options.body === undefined ? 'GET' : 'POST', token } = options;
  const headers = {
    ...(token === undefined ? {} : { authorization: `Bearer ${token}` }),
    ...(options.body === undefined ? {} : { 'content-type': 'application/json' }),
    ...options.headers,
  };
  return new Promise((resolve, reject) => {
    const request = httpRequest({ host: '127.0.0.1', port, path, method, headers }, (response) => {
      buffer(response).then(
        (bytes) =>
          resolve({
            status: response.statusCode ?? 0,
            headers: response.headers,
            bytes,
            text: bytes.toString('utf8'),
            json: <T>() => JSON.parse(bytes.toString('utf8')) as T,
          }),
        reject,
      );
    });
    request.on('error', reject);
    request.end(options.body === undefined ? undefined : JSON.stringify(options.body));
  });
}

async function raw(port: number, request: string): Promise<string> {
  const socket = connect(port, '127.0.0.1');
  socket.write(request, 'latin1');
  return text(socket);
}
