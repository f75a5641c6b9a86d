import { readFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { configInvalid } from './config-error.ts';
import { defaultHome } from './default-home.ts';
import { defaultConnection, isOffline } from './environment.ts';
import { absolutePath } from './paths.ts';
import type { LoadConfigOptions, ModelkeepConfig } from './types.ts';

/**
 * The configuration: of the config file, or, without one, of the environment alone.
 * Fails with `config-invalid`, naming file, line, field and what is allowed.
 */
export async function loadConfig(options: LoadConfigOptions = {}): Promise<ModelkeepConfig> {
  const env = options.env ?? process.env;
  const cwd = options.cwd ?? process.cwd();
  const chosenHome = options.home || env['MODELKEEP_HOME'];
  const home = chosenHome ? absolutePath(chosenHome, cwd, env) : undefined;

  const named = options.file || env['MODELKEEP_CONFIG'];
  const file = named ? resolve(cwd, named) : join(home ?? defaultHome(env), 'config.yaml');
  const text = readIfPresent(file, Boolean(named));
  if (text === undefined) return withoutFile(home ?? defaultHome(env), env);

  // The schema and YAML libraries cost more start-up time than all else.
  const { readConfigFile } = await import('./file/read-config-file.ts');
  return readConfigFile(text, file, home, env);
}

function withoutFile(home: string, env: NonNullable<LoadConfigOptions['env']>): ModelkeepConfig {
  return {
    home,
    storage: { backend: 'local', directory: home },
    metadata: { backend: 'sqlite', file: join(home, 'index.db') },
    connections: [defaultConnection(env)],
    offline: isOffline(env),
    evict: false,
    fetch: {},
    server: {},
    written: new Set(),
    where: (path) => path.join('.'),
  };
}

function readIfPresent(file: string, required: boolean): string | undefined {
  try {
    return readFileSync(file, 'utf8');
  } catch (error) {
    const code = (error as NodeJS.ErrnoException).code;
    if (!required && (code === 'ENOENT' || code === 'ENOTDIR')) return undefined;
    const reason =
      code === 'ENOENT' ? 'there is no such file' : `cannot be read (${code ?? 'unknown reason'})`;
    throw configInvalid([`${file}: ${reason}`], error);
  }
}
