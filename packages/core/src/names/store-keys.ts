import type { Digest } from '../spi/model.ts';
import { repoFolderName } from './model-name.ts';

/** Where everything lives in the storage. The layout is contract 2 of the design. */
export const STORE_KEY = 'store.json';
export const BLOB_PREFIX = 'blobs/sha256/';
export const MANIFEST_PREFIX = 'manifests/';

export function blobKey(digest: Digest): string {
  return `${BLOB_PREFIX}${digest.slice(0, 2)}/${digest}`;
}

/** The digest that a blob key names, or undefined for a key that is not a blob's. */
export function digestOfKey(key: string): Digest | undefined {
  const digest = key.slice(key.lastIndexOf('/') + 1);
  return /^[0-9a-f]{64}$/.test(digest) && key === blobKey(digest) ? digest : undefined;
}

export function snapshotManifestKey(modelId: string, commit: string): string {
  return `${MANIFEST_PREFIX}${repoFolderName(modelId)}/${commit}.json`;
}

export function entryManifestKey(modelId: string, revision: string): string {
  const safe = encodeURIComponent(revision).replace(
    /[!'()*]/g,
    (character) => `%${character.charCodeAt(0).toString(16)}`,
  );
  return `${MANIFEST_PREFIX}${repoFolderName(modelId)}/entries/${safe}.json`;
}
