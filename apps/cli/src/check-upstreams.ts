import { hostname, networkInterfaces } from 'node:os';
import type { ModelkeepConfig } from '@modelkeep/config';
import { ModelkeepError } from '@modelkeep/core/spi';
import { isLoopback } from '@modelkeep/server';

interface Listening {
  readonly host: string;
  readonly port: number;
}

type Checked = Pick<ModelkeepConfig, 'connections' | 'server' | 'where'>;

/**
 * Fails with `config-invalid` for a connection that leads to this very server: what is not cached would be asked of it again
 * and again. It comes about where `HF_ENDPOINT` is set for the clients of the machine.
 */
export function checkUpstreams(config: Checked, listening: Listening): void {
  const { allowedHosts = [], publicUrl } = config.server;
  for (const [index, { endpoint, fromEnvironment }] of config.connections.entries()) {
    const url = endpoint === undefined ? null : URL.parse(endpoint);
    if (url === null) continue;
    const isPublic = publicUrl !== undefined && bare(url) === bare(new URL(publicUrl));
    if (!isPublic && !isHere(url, listening, allowedHosts)) continue;
    const [what, where] = fromEnvironment
      ? [`HF_ENDPOINT is ${endpoint}`, 'HF_ENDPOINT']
      : [`${config.where(['connections', index, 'endpoint'])} is ${endpoint}`, 'it'];
    throw new ModelkeepError(
      'config-invalid',
      `${what}, which is this server itself: unset ${where} for the server, or name the Hub behind it. Clients are to have that address.`,
    );
  }
}

function bare({ href }: URL): string {
  return href.replace(/\/+$/, '');
}

function isHere(url: URL, { host, port }: Listening, names: readonly string[]): boolean {
  if (url.protocol !== 'http:' || Number(url.port || 80) !== port) return false;
  const name = url.hostname.replace(/^\[|\]$/g, '').toLowerCase();
  if (isLoopback(host)) return isLoopback(name);
  if (host !== '0.0.0.0' && host !== '::') return name === host.toLowerCase();
  return (
    isLoopback(name) || name === hostname().toLowerCase() || names.includes(name) || isOurs(name)
  );
}

function isOurs(address: string): boolean {
  return Object.values(networkInterfaces())
    .flatMap((each) => each ?? [])
    .some((each) => each.address === address);
}
