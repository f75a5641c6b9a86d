import { lookup as systemLookup } from 'node:dns';
import type { LookupFunction, Socket } from 'node:net';
import type { buildConnector, Dispatcher } from 'undici';
import { mayReach, narrowest, type Reach } from './address-rules.ts';
import type { HttpClientOptions } from './http-client.ts';
import type { ReadBuffers } from './read-buffers.ts';
import { transportFailure } from './transport-error.ts';
import { trustedCertificates } from './trusted-certificates.ts';

/** The two ways out: `own` for the connection's origin and listed hosts, `others` checks each address it connects to. */
export interface Dispatchers {
  readonly own: Dispatcher;
  readonly others: Dispatcher;
}

const DEFAULT_CONNECT_TIMEOUT_MS = 10_000;
export const DEFAULT_STALL_TIMEOUT_MS = 20_000;
const DEFAULT_CONNECTIONS = 64;
const KEEP_ALIVE_MS = 15_000;
const MAX_HEADER_BYTES = 64 * 1024;

/**
 * Loads undici on first use, and of it only what is needed: all of it takes longer to load than a whole command that
 * finds nothing to fetch.
 */
export async function createDispatchers(
  options: HttpClientOptions,
  originReach: () => Promise<Reach>,
  buffers: ReadBuffers,
): Promise<Dispatchers> {
  const context = trustedCertificates(options);
  const tls = context === undefined ? {} : { secureContext: context };
  const connectTimeout = options.connectTimeoutMs ?? DEFAULT_CONNECT_TIMEOUT_MS;
  const stall = options.stallTimeoutMs ?? DEFAULT_STALL_TIMEOUT_MS;
  const limits = {
    allowH2: false,
    pipelining: 1,
    connections: options.maxConnections ?? DEFAULT_CONNECTIONS,
    connectTimeout,
    headersTimeout: stall,
    bodyTimeout: stall,
    keepAliveTimeout: KEEP_ALIVE_MS,
    maxHeaderSize: MAX_HEADER_BYTES,
  };
  const connect = (lookup?: LookupFunction): object => ({
    timeout: connectTimeout,
    allowH2: false,
    ...tls,
    ...(lookup ? { lookup } : {}),
  });
  if (!mayUseProxy(options)) {
    const { Agent, connector } = await import('./undici-agent.ts');
    const direct = (lookup?: LookupFunction): Dispatcher =>
      new Agent({ ...limits, connect: readingInto(buffers, connector, connect(lookup)) });
    return { own: direct(), others: direct(guardedLookup(originReach)) };
  }
  const { EnvHttpProxyAgent, Pool } = await import('undici');
  const proxies =
    options.proxy === undefined
      ? {}
      : { httpProxy: options.proxy || '', httpsProxy: options.proxy || '' };
  const agent = (lookup?: LookupFunction): Dispatcher =>
    new EnvHttpProxyAgent({
      ...limits,
      ...proxies,
      ...(options.noProxy === undefined ? {} : { noProxy: options.noProxy }),
      connect: connect(lookup),
      requestTls: { allowH2: false, ...tls },
      proxyTls: { allowH2: false, ...tls },
      clientFactory: (origin, base) => new Pool(origin, { ...base, ...limits }),
    });
  return { own: agent(), others: agent(guardedLookup(originReach)) };
}

/** Sockets that read into `buffers`, but for TLS, which gives its records one by one. */
function readingInto(
  buffers: ReadBuffers,
  connector: typeof buildConnector,
  options: object,
): buildConnector.connector {
  const secure = connector(options);
  return (target, callback) => {
    if (target.protocol === 'https:') return secure(target, callback);
    const onread = buffers.onRead((chunk) => socket.push(chunk));
    // Its type does not say that it returns the socket.
    const socket = connector({ ...options, onread } as buildConnector.BuildOptions)(
      target,
      callback,
    ) as unknown as Socket;
    return socket;
  };
}

function mayUseProxy({ proxy }: HttpClientOptions): boolean {
  if (proxy !== undefined) return proxy !== false && proxy !== '';
  const { env } = process;
  return ['http_proxy', 'HTTP_PROXY', 'https_proxy', 'HTTPS_PROXY'].some((name) => env[name]);
}

/** Resolves a name and refuses it if any address is out of bounds, so that what was checked is what is connected to. */
export function guardedLookup(originReach: () => Promise<Reach>): LookupFunction {
  return (hostname, options, callback) => {
    systemLookup(hostname, { ...options, all: true }, (error, addresses) => {
      if (error !== null) {
        callback(error, '');
        return;
      }
      void originReach().then((reach) => {
        const found = narrowest(addresses.map(({ address }) => address));
        const [first] = addresses;
        if (!mayReach(reach, found) || first === undefined) {
          callback(refusedAddress(hostname, found), '');
        } else if (options.all === true) {
          callback(null, addresses);
        } else {
          callback(null, first.address, first.family);
        }
      });
    });
  };
}

export function refusedAddress(host: string, reach: Reach): Error {
  return transportFailure(
    host,
    'redirect',
    `its address is ${reach === 'forbidden' ? 'link-local or reserved' : reach}, where this connection may not be sent; list the host in allowedRedirectHosts if it is yours`,
    { retryable: false },
  );
}
