import { join } from 'node:path';
import { loadConfig, type ModelkeepConfig, openConfigured } from '@modelkeep/config';
import { createModelCache } from '@modelkeep/core';
import { createServer } from '@modelkeep/server';
import type { OpenedServer, OpenServerOptions } from './host.ts';

const SECOND = 1000;

/** The server that the config file, the environment and `options` describe. */
export async function openServer(options: OpenServerOptions): Promise<OpenedServer> {
  const config = await loadConfig({
    ...(options.config === undefined ? {} : { file: options.config }),
    ...(options.home === undefined ? {} : { home: options.home }),
  });
  const configured = await openConfigured(config);
  const cache = await createModelCache({
    ...configured,
    offline: options.offline || config.offline,
  });
  const server = createServer({
    cache,
    metadata: configured.metadata,
    ...(configured.sources === undefined ? {} : { sources: configured.sources }),
    uploads: join(config.home, 'uploads'),
    ...serverSettings(config),
    ...(options.host === undefined ? {} : { host: options.host }),
    ...(options.port === undefined ? {} : { port: options.port }),
    insecure: options.insecure,
    ...(options.accessLog === undefined ? {} : { accessLog: options.accessLog }),
    onError: options.onError,
  });
  return { server, home: config.home, close: () => cache.close() };
}

function serverSettings({
  server,
}: ModelkeepConfig): Omit<Parameters<typeof createServer>[0], 'cache' | 'metadata'> {
  const { freshSeconds: _, stopGraceSeconds, ...settings } = server;
  return {
    ...settings,
    ...(stopGraceSeconds === undefined ? {} : { stopGraceMs: stopGraceSeconds * SECOND }),
  };
}
