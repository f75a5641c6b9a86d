import type { FieldPath, ServerConfig } from '../types.ts';
import { checkEndpoint } from '../urls.ts';
import type { ServerEntry } from './config-file.ts';

/** Checks what the config file says about the server, and reports what cannot be used. */
export function resolveServer(
  written: ServerEntry,
  report: (path: FieldPath, problem: string) => void,
): ServerConfig {
  const { publicUrl, corsOrigins = [], ...others } = written;
  const problem = publicUrl === undefined ? undefined : checkEndpoint(publicUrl);
  if (problem !== undefined) report(['server', 'publicUrl'], problem);
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
    ...(written.corsOrigins === undefined ? {} : { corsOrigins }),
  };
  return Object.fromEntries(
    Object.entries(config).filter(([, value]) => value !== undefined),
  ) as ServerConfig;
}
