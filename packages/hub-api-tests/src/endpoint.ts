import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { getRequestListener } from '@hono/node-server';
import { createModelCache, type ModelCache, type ModelCacheOptions } from '@modelkeep/core';
import { createHubApi, type HubApiOptions } from '@modelkeep/hub-api';
import { sqliteMetadata } from '@modelkeep/metadata-sqlite';
import { hubSource } from '@modelkeep/source-hub';
import { localStorage } from '@modelkeep/storage-local';
import { type FakeHub, startFakeHub } from '@modelkeep/testkit/fake-hub';
import { tempFolder } from '@modelkeep/testkit/memory';

/** An endpoint on a store of its own, with a fake Hub behind it that gives out Xet hints as the real one does. */
export interface Endpoint extends AsyncDisposable {
  /** What `HF_ENDPOINT` is set to. */
  readonly url: string;
  readonly hub: FakeHub;
  readonly cache: ModelCache;
  /** `METHOD target status` of each request, oldest first. */
  readonly seen: string[];
  /** Failures that were answered with a 5xx, but for outages. */
  readonly errors: unknown[];
  /** A new empty folder for a client. */
  home(): Promise<string>;
}

export interface EndpointOptions {
  readonly api?: Partial<HubApiOptions>;
  readonly cache?: Partial<ModelCacheOptions>;
  readonly token?: string;
}

export async function startEndpoint(options: EndpointOptions = {}): Promise<Endpoint> {
  await using cleanup = new AsyncDisposableStack();
  const folder = cleanup.use(await tempFolder());
  const hub = cleanup.use(await startFakeHub({ xet: true }));
  const cache = cleanup.use(
    await createModelCache({
      storage: localStorage({ directory: folder.join('store') }),
      metadata: sqliteMetadata({ file: folder.join('index.db') }),
      sources: [hubSource({ name: 'fake', endpoint: hub.url, accessToken: options.token ?? '' })],
      user: { name: 'tester', role: 'admin' },
      fetch: { retryDelayMs: 1 },
      ...options.cache,
    }),
  );
  const errors: unknown[] = [];
  const seen: string[] = [];
  const api = createHubApi({
    view: cache.hub,
    listModels: (callOptions) => cache.listModels(callOptions),
    onError: (error) => errors.push(error),
    ...options.api,
  });
  const listener = getRequestListener(api);
  const server = createServer((request, response) => {
    response.once('close', () =>
      seen.push(`${request.method} ${request.url} ${response.statusCode}`),
    );
    void listener(request, response);
  });
  cleanup.defer(async () => {
    server.closeAllConnections();
    server.close();
    await once(server, 'close');
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  let homes = 0;
  const stack = cleanup.move();
  return {
    url: `http://127.0.0.1:${port}${options.api?.prefix ?? ''}`,
    hub,
    cache,
    seen,
    errors,
    async home() {
      homes += 1;
      return folder.join(`home-${homes}`);
    },
    [Symbol.asyncDispose]: () => stack.disposeAsync(),
  };
}
