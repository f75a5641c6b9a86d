import { join } from 'node:path';
import type { ModelkeepConfig } from '@modelkeep/config';

/** Where a store has its bytes and its index, by their fields in the config file. No secret is among them. */
export interface StoreFacts {
  readonly storage: Readonly<Record<string, unknown>>;
  readonly metadata: Readonly<Record<string, unknown>>;
}

export function storeFacts({ storage, metadata }: ModelkeepConfig): StoreFacts {
  return { storage: storageFacts(storage), metadata: metadataFacts(metadata) };
}

/** A line for each part of the store that is elsewhere than in the home folder. */
export function storeLines(home: string, { storage, metadata }: StoreFacts): readonly string[] {
  const isHome = storage['backend'] === 'local' && storage['directory'] === home;
  const isInHome = metadata['backend'] === 'sqlite' && metadata['file'] === join(home, 'index.db');
  return [
    ...(isHome ? [] : [`Storage: ${storageText(storage)}`]),
    ...(isInHome ? [] : [`Index: ${metadataText(metadata)}`]),
  ];
}

function storageText({
  backend,
  directory,
  bucket,
  prefix,
  endpoint,
}: StoreFacts['storage']): string {
  if (backend === 'local') return String(directory);
  if (backend !== 's3') return String(backend);
  const at = endpoint === undefined ? '' : ` at ${String(endpoint)}`;
  return `s3://${String(bucket)}/${String(prefix ?? '')}${at}`;
}

function metadataText({ backend, file, server }: StoreFacts['metadata']): string {
  if (backend === 'sqlite') return String(file);
  return server === null ? String(backend) : `${String(backend)} at ${String(server)}`;
}

function storageFacts(storage: ModelkeepConfig['storage']): StoreFacts['storage'] {
  const { backend, directory, localTier = null, s3 } = storage;
  if (s3 === undefined) return { backend, directory, localTier };
  const { credentials, encryption, publicEndpoint, ...shown } = s3;
  return {
    backend,
    ...shown,
    encryption: encryption?.type ?? null,
    publicEndpoint: publicEndpoint ?? null,
    credentials: credentials === undefined ? 'as the AWS SDK finds them' : 'own',
    localTier,
  };
}

function metadataFacts(metadata: ModelkeepConfig['metadata']): StoreFacts['metadata'] {
  const { backend, file, url, maxConnections = null } = metadata;
  if (backend === 'sqlite') return { backend, file };
  return { backend, server: url === undefined ? null : serverOf(url()), maxConnections };
}

/** Host, port and name of a database: the rest of its address may be secret. */
function serverOf(address: string): string | null {
  const url = URL.parse(address);
  if (url === null) return null;
  // A socket's folder is no host of an address, and stands behind it.
  return `${url.host || (url.searchParams.get('host') ?? '')}${url.pathname}`;
}
