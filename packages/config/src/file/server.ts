import type { FieldPath, ServerConfig } from '../types.ts';
import { checkEndpoint } from '../urls.ts';
import type { ServerEntry } from './config-file.ts';

/** Checks what the config file says about the server, and reports what cannot be used. */
export function resolveServer(
  written: ServerEntry,
  report: (path: FieldPath, problem: string) => void,
): ServerConfig {
  const { publicUrl, peerAddress, corsOrigins = [], ...others } = written;
  for (const [field, address] of Object.entries({ publicUrl, peerAddress })) {
    const problem = typeof address === 'string' ? checkEndpoint(address) : undefined;
    if (problem !== undefined) report(['server', field], problem);
  }
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
    ...(publicUrl === undefined ? {} : { publicUrl: publicUrl.replace(/\/+$/, '') }),
    ...(typeof peerAddress === 'string' ? { peerAddress: peerAddress.replace(/\/+$/, '') } : {}),
    ...(peerAddress === false ? { peerAddress } : {}),
    ...(written.corsOrigins === undefined ? {} : { corsOrigins }),
  };
  return Object.fromEntries(
    Object.entries(config).filter(([, value]) => value !== undefined),
  ) as ServerConfig;
}
