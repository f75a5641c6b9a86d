import { accessSync, constants } from 'node:fs';
import { join } from 'node:path';
import { absolutePath } from '../paths.ts';
import { REFERENCE_FORMS } from '../reference-forms.ts';
import type { MetadataConfig, S3Config, StorageConfig } from '../types.ts';
import { hasPassword } from '../urls.ts';
import type { MetadataEntry, StorageEntry } from './config-file.ts';
import {
  isReference,
  type ReferenceContext,
  type Report,
  referred,
  writtenOrReferred,
} from './references.ts';

/** Which fields each built-in backend takes; a package takes `options`. */
const FIELDS: Readonly<Record<string, Readonly<Record<string, readonly string[]>>>> = {
  storage: {
    local: ['directory'],
    s3: [
      'bucket',
      'prefix',
      'region',
      'endpoint',
      'pathStyle',
      'accessKeyId',
      'secretAccessKey',
      'caFile',
      'encryption',
      'kmsKeyId',
      'publicEndpoint',
      'localTier',
    ],
  },
  metadata: { sqlite: ['file'], postgres: ['url', 'maxConnections'] },
};

/** What a package's backend takes, whatever it is. */
const PACKAGE_FIELDS = ['options', 'localTier'];

/** Resolves what the config file says about the storage, and reports what cannot be used. */
export function resolveStorage(
  entry: StorageEntry | undefined,
  home: string,
  context: ReferenceContext,
  report: Report,
): StorageConfig {
  const { backend = 'local', directory, options } = entry ?? {};
  checkFields('storage', backend, entry ?? {}, report);
  return {
    backend,
    directory:
      directory === undefined ? home : absolutePath(directory, context.folder, context.env),
    ...(backend === 's3' ? { s3: s3Of(entry ?? { backend }, context, report) } : {}),
    ...localTierOf(entry?.localTier, home, context),
    ...(options ? { options } : {}),
  };
}

/** The same for the index. */
export function resolveMetadata(
  entry: MetadataEntry | undefined,
  home: string,
  context: ReferenceContext,
  report: Report,
): MetadataConfig {
  const { backend = 'sqlite', file, url, maxConnections, options } = entry ?? {};
  checkFields('metadata', backend, entry ?? {}, report);
  return {
    backend,
    file:
      file === undefined ? join(home, 'index.db') : absolutePath(file, context.folder, context.env),
    ...(backend === 'postgres' ? databaseUrl(url, context, report) : {}),
    ...(maxConnections === undefined ? {} : { maxConnections }),
    ...(options ? { options } : {}),
  };
}

function checkFields(part: string, backend: string, entry: object, report: Report): void {
  const builtIn = FIELDS[part] ?? {};
  const own = builtIn[backend];
  for (const [field, value] of Object.entries(entry)) {
    if (field === 'backend' || value === undefined || own?.includes(field)) continue;
    if (PACKAGE_FIELDS.includes(field) && own === undefined) continue;
    const owner = Object.keys(builtIn).find((name) => builtIn[name]?.includes(field));
    const takes =
      own === undefined
        ? 'a package takes "options"'
        : `backend ${backend} takes ${own.map((name) => `"${name}"`).join(', ')}`;
    report(
      [part, field],
      `is for ${owner === undefined ? 'a package' : `backend ${owner}`}; ${takes}`,
    );
  }
}

function s3Of(entry: StorageEntry, context: ReferenceContext, report: Report): S3Config {
  const { prefix, pathStyle, encryption, kmsKeyId } = entry;
  // One file for many places: where the bucket is may come from each place's environment.
  const placed = (field: 'bucket' | 'region' | 'endpoint'): string | undefined =>
    writtenOrReferred(entry[field], ['storage', field], context, report);
  const [bucket, region, endpoint] = [placed('bucket'), placed('region'), placed('endpoint')];
  const publicEndpoint =
    entry.publicEndpoint !== false &&
    writtenOrReferred(entry.publicEndpoint, ['storage', 'publicEndpoint'], context, report);
  if (bucket === undefined) report(['storage', 'bucket'], 'is required for backend s3');
  if (kmsKeyId !== undefined && encryption !== 'aws:kms') {
    report(['storage', 'kmsKeyId'], 'is for encryption aws:kms');
  }
  return {
    bucket: bucket ?? '',
    ...(prefix === undefined ? {} : { prefix }),
    ...(region === undefined ? {} : { region }),
    ...(endpoint === undefined ? {} : { endpoint }),
    ...(pathStyle === undefined ? {} : { pathStyle }),
    ...(publicEndpoint === undefined ? {} : { publicEndpoint }),
    ...(encryption === undefined
      ? {}
      : { encryption: { type: encryption, ...(kmsKeyId === undefined ? {} : { kmsKeyId }) } }),
    ...caFileOf(entry.caFile, context, report),
    ...credentialsOf(entry, context, report),
  };
}

function localTierOf(
  entry: StorageEntry['localTier'],
  home: string,
  { folder, env }: ReferenceContext,
): Pick<StorageConfig, 'localTier'> {
  if (entry === undefined) return {};
  const { size: maxBytes, folder: named } = entry;
  return {
    localTier: { folder: named === undefined ? home : absolutePath(named, folder, env), maxBytes },
  };
}

function caFileOf(
  caFile: string | undefined,
  { folder, env }: ReferenceContext,
  report: Report,
): Pick<S3Config, 'caFile'> {
  if (caFile === undefined) return {};
  const path = absolutePath(caFile, folder, env);
  try {
    accessSync(path, constants.R_OK);
  } catch {
    report(['storage', 'caFile'], `the file ${path} cannot be read`);
  }
  return { caFile: path };
}

function credentialsOf(
  entry: StorageEntry,
  context: ReferenceContext,
  report: Report,
): Pick<S3Config, 'credentials'> {
  const { accessKeyId, secretAccessKey } = entry;
  if (accessKeyId === undefined && secretAccessKey === undefined) return {};
  if (accessKeyId === undefined || secretAccessKey === undefined) {
    const missing = accessKeyId === undefined ? 'accessKeyId' : 'secretAccessKey';
    report(['storage', missing], 'is required where the other half of the key is given');
    return {};
  }
  const id = writtenOrReferred(accessKeyId, ['storage', 'accessKeyId'], context, report);
  const secret = referred(secretAccessKey, ['storage', 'secretAccessKey'], context, report);
  return { credentials: () => ({ accessKeyId: id, secretAccessKey: secret }) };
}

function databaseUrl(
  url: string | undefined,
  context: ReferenceContext,
  report: Report,
): Pick<MetadataConfig, 'url'> {
  const path = ['metadata', 'url'];
  if (url === undefined) {
    report(path, 'is required for backend postgres');
    return {};
  }
  if (!isReference(url) && hasPassword(url)) {
    report(path, `must not hold a password; use ${REFERENCE_FORMS}`);
    return {};
  }
  const value = writtenOrReferred(url, path, context, report);
  if (value !== '' && !/^postgres(?:ql)?:$/.test(URL.parse(value)?.protocol ?? '')) {
    report(path, 'must be an address like postgresql://user@host:5432/name');
  }
  return { url: () => value };
}
