import type { ModelkeepConfig } from '@modelkeep/config';
import type { OpenServerOptions } from './host.ts';
import { storeFacts } from './store-facts.ts';

/** Where a setting comes from. */
type Origin = 'command line' | 'config file' | 'environment';

interface Given extends Pick<OpenServerOptions, 'home' | 'host' | 'port' | 'offline' | 'insecure'> {
  readonly env: Readonly<Record<string, string | undefined>>;
}

/** Fields of the config file that are shown under another name. */
const FIELDS: Readonly<Record<string, string>> = {
  quotaBytes: 'quota',
  host: 'server.host',
  port: 'server.port',
  allowedHosts: 'server.allowedHosts',
  publicUrl: 'server.publicUrl',
  anonymous: 'server.anonymous',
  corsOrigins: 'server.corsOrigins',
  freshSeconds: 'server.freshSeconds',
  stopGraceMs: 'server.stopGraceSeconds',
  peerAddress: 'server.peerAddress',
};
/** Shown under the name that the config file has for them. */
const SAME = ['home', 'offline', 'evict', 'connections', 'storage', 'metadata', 'fetch'];

/** How the cache is set up, and what says so; without what a backend's own options or a connection's secrets say. */
export function aboutCache(config: ModelkeepConfig, given: Given): Record<string, unknown> {
  const { file, home, metadata, connections, fetch, server } = config;
  return {
    home,
    configFile: file ?? null,
    offline: given.offline || config.offline,
    quotaBytes: config.quotaBytes ?? null,
    evict: config.evict,
    freshSeconds: server.freshSeconds ?? null,
    peerAddress:
      server.peerAddress ?? (metadata.backend === 'sqlite' ? 'none' : 'as the machine tells'),
    ...storeFacts(config),
    fetch,
    connections: connections.map(({ name, type, endpoint, models, populateOnUse, ...rest }) => ({
      name,
      type,
      endpoint: endpoint ?? null,
      models,
      populateOnUse,
      redirects: rest.redirects ?? 'auto',
      quotaBytes: rest.quotaBytes ?? null,
      hasToken: rest.token !== undefined,
      proxy: rest.proxy === false ? 'none' : rest.proxy === undefined ? 'environment' : 'own',
      caFile: rest.caFile ?? null,
    })),
    origins: originsOf(config, given),
  };
}

/** By the name under which it is shown; what is left out is as it is by default. */
function originsOf({ written }: ModelkeepConfig, given: Given): Readonly<Record<string, Origin>> {
  const { env } = given;
  const origins: Record<string, Origin> = {};
  const inFile = [...SAME.map((name) => [name, name]), ...Object.entries(FIELDS)];
  for (const [name = '', field = ''] of inFile) {
    if (written.has(field)) origins[name] = 'config file';
  }
  for (const field of written) {
    if (/^(storage|metadata|fetch)\./.test(field)) origins[field] = 'config file';
  }
  if (env['MODELKEEP_HOME']) origins['home'] = 'environment';
  if (env['HF_HUB_OFFLINE'] && !written.has('offline')) origins['offline'] = 'environment';
  if (given.home !== undefined) origins['home'] = 'command line';
  if (given.host !== undefined) origins['host'] = 'command line';
  if (given.port !== undefined) origins['port'] = 'command line';
  if (given.offline) origins['offline'] = 'command line';
  if (given.insecure) origins['insecure'] = 'command line';
  return origins;
}
