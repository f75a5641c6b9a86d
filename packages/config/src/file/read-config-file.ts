import { dirname } from 'node:path';
import { configInvalid } from '../config-error.ts';
import { defaultHome } from '../default-home.ts';
import { defaultConnection, isOffline } from '../environment.ts';
import { absolutePath } from '../paths.ts';
import type { Environment, FieldPath, ModelkeepConfig } from '../types.ts';
import { resolveMetadata, resolveStorage } from './backends.ts';
import type { ConfigFile } from './config-file.ts';
import { resolveConnections } from './connections.ts';
import { parseConfigDocument } from './document.ts';
import { explain, fieldName } from './explain.ts';
import { checkConfigFile, configJsonSchema } from './schema.ts';
import { resolveServer } from './server.ts';

/** Checks the text of a config file and resolves what it refers to. `home` wins over the file's. */
export function readConfigFile(
  text: string,
  file: string,
  home: string | undefined,
  env: Environment,
): ModelkeepConfig {
  const document = parseConfigDocument(text, file);
  const checked = checkConfigFile(document.value);
  if (isIssues(checked)) throw configInvalid(explain(checked, document, configJsonSchema()));

  const problems: string[] = [];
  const where = (path: FieldPath): string => `${document.place(path)}: ${fieldName(path)}`;
  const config = resolveFile(checked, file, home, env, where, (path, problem) => {
    problems.push(`${where(path)}: ${problem}`);
  });
  if (problems.length > 0) throw configInvalid(problems);
  return { ...config, written: new Set(fieldsOf(document.value)) };
}

/** The names of all fields, with those of the blocks that they are in. */
function* fieldsOf(value: unknown, before = ''): Generator<string> {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return;
  for (const [name, field] of Object.entries(value)) {
    yield before + name;
    yield* fieldsOf(field, `${before}${name}.`);
  }
}

function resolveFile(
  written: ConfigFile,
  file: string,
  home: string | undefined,
  env: Environment,
  where: ModelkeepConfig['where'],
  report: (path: FieldPath, problem: string) => void,
): Omit<ModelkeepConfig, 'written'> {
  const folder = dirname(file);
  const absolute = (path: string): string => absolutePath(path, folder, env);
  const root = home ?? (written.home === undefined ? defaultHome(env) : absolute(written.home));

  const context = { env, folder };
  return {
    file,
    home: root,
    storage: resolveStorage(written.storage, root, context, report),
    metadata: resolveMetadata(written.metadata, root, context, report),
    connections: written.connections
      ? resolveConnections(written.connections, context, report)
      : [defaultConnection(env)],
    offline: (written.offline ?? false) || isOffline(env),
    ...(written.quota === undefined ? {} : { quotaBytes: written.quota }),
    evict: written.evict ?? false,
    fetch: written.fetch ?? {},
    server: resolveServer(written.server ?? {}, context, report),
    where,
  };
}

function isIssues(
  checked: ReturnType<typeof checkConfigFile>,
): checked is Exclude<ReturnType<typeof checkConfigFile>, ConfigFile> {
  return Array.isArray(checked);
}
