import type { ServerConfig } from '../types.ts';
import { checkEndpoint } from '../urls.ts';
import type { ServerEntry } from './config-file.ts';
import { type ReferenceContext, type Report, writtenOrReferred } from './references.ts';

/** Checks what the config file says about the server, and reports what cannot be used. */
export function resolveServer(
  written: ServerEntry,
  context: ReferenceContext,
  report: Report,
): ServerConfig {
  const { publicUrl: _, peerAddress: __, corsOrigins = [], ...others } = written;
  // One file for many servers: the addresses of each may come from its environment.
  const addressOf = (field: 'publicUrl' | 'peerAddress'): string | undefined => {
    const address = written[field] || undefined;
    const text = writtenOrReferred(address, ['server', field], context, report);
    const problem = text ? checkEndpoint(text) : undefined;
    if (problem !== undefined) report(['server', field], problem);
    return text?.replace(/\/+$/, '');
  };
  const publicUrl = addressOf('publicUrl');
  const peerAddress = written.peerAddress === false ? false : addressOf('peerAddress');
  for (const [index, origin] of corsOrigins.entries()) {
    if (origin !== '*' && URL.parse(origin)?.origin !== origin) {
      report(
        ['server', 'corsOrigins', index],
        'must be an origin, like https://app.example, or "*"',
      );
    }
  }
  const config = {
    ...others,
    ...(publicUrl === undefined ? {} : { publicUrl }),
    ...(peerAddress === undefined ? {} : { peerAddress }),
    ...(written.corsOrigins === undefined ? {} : { corsOrigins }),
  };
  return Object.fromEntries(
    Object.entries(config).filter(([, value]) => value !== undefined),
  ) as ServerConfig;
}
