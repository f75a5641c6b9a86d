import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { loadConfig, type ModelkeepConfig, openConfigured } from '@modelkeep/config';
import { createModelCache } from '@modelkeep/core';
import type { MetadataStore } from '@modelkeep/core/spi';
import { createPeers, createServer, type ServerPeers, watchSources } from '@modelkeep/server';
import { aboutCache } from './about-cache.ts';
import { adminFolder } from './admin-folder.ts';
import { checkUpstreams } from './check-upstreams.ts';
import type { OpenedServer, OpenServerOptions } from './host.ts';
import { storeFacts } from './store-facts.ts';

const SECOND = 1000;

/** The server that the config file, the environment and `options` describe. */
export async function openServer(options: OpenServerOptions): Promise<OpenedServer> {
  const config = await loadConfig({
    ...(options.config === undefined ? {} : { file: options.config }),
    ...(options.home === undefined ? {} : { home: options.home }),
  });
  const offline = options.offline || config.offline;
  const { host = '127.0.0.1', port = 8080 } = config.server;
  if (!offline) {
    checkUpstreams(config, { host: options.host ?? host, port: options.port ?? port });
  }
  const configured = await openConfigured(config);
  const sources = configured.sources && watchSources(configured.sources);
  const peers = peersOf(config, configured.metadata);
  const cache = await createModelCache({
    ...configured,
    ...(sources && { sources }),
    ...(peers && { peers }),
    offline,
  });
  const folder = adminFolder();
  // From a checkout that was not built the package is there, and the page is not.
  const page = folder !== undefined && existsSync(join(folder, 'index.html')) ? folder : undefined;
  const server = createServer({
    cache,
    metadata: configured.metadata,
    ...(sources && { sources }),
    ...(peers && { peers }),
    ...(page === undefined ? {} : { adminFolder: page }),
    uploads: join(config.home, 'uploads'),
    ...serverSettings(config),
    ...(options.host === undefined ? {} : { host: options.host }),
    ...(options.port === undefined ? {} : { port: options.port }),
    insecure: options.insecure,
    ...(options.accessLog === undefined ? {} : { accessLog: options.accessLog }),
    about: aboutCache(config, { ...options, env: process.env }),
    onError: options.onError,
  });
  return {
    server,
    home: config.home,
    store: storeFacts(config),
    hasPage: page !== undefined,
    close: () => cache.close(),
  };
}

/** Other servers of the store, where there may be some: an index in a file is one machine's. */
function peersOf(
  { server, metadata }: ModelkeepConfig,
  records: MetadataStore,
): ServerPeers | undefined {
  const { peerAddress = metadata.backend === 'sqlite' ? false : undefined } = server;
  if (peerAddress === false) return undefined;
  return createPeers({
    records,
    ...(peerAddress === undefined ? {} : { address: peerAddress }),
  });
}

function serverSettings({
  server,
}: ModelkeepConfig): Omit<Parameters<typeof createServer>[0], 'cache' | 'metadata'> {
  const { freshSeconds: _, peerAddress: __, stopGraceSeconds, ...settings } = server;
  return {
    ...settings,
    ...(stopGraceSeconds === undefined ? {} : { stopGraceMs: stopGraceSeconds * SECOND }),
  };
}
