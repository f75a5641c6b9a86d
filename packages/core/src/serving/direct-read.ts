import type { DirectRead, ServedRevision } from '../api/hub-view.ts';
import type { CoreContext } from '../context.ts';
import { blobKey } from '../names/store-keys.ts';
import type { Digest } from '../spi/model.ts';

/**
 * Whoever gets hold of an address reads with it, without a token, and after a revocation too: so it is soon over. A client
 * needs it when it begins; one that asks for the parts of a file one by one, needs it to the end (hf_transfer).
 */
const EXPIRES_SECONDS = 600;

/** The way to stored content past the server, if the storage and the connection have one. */
export function directRead(
  { storage, connections }: CoreContext,
  { connection }: Pick<ServedRevision, 'connection'>,
  digest: Digest,
): DirectRead | undefined {
  if (storage.presign === undefined) return undefined;
  const clients = connections.find(({ name }) => name === connection)?.redirects ?? 'auto';
  if (clients === 'never') return undefined;
  const key = blobKey(digest);
  return {
    clients,
    async address(contentDisposition) {
      // What somebody removed by hand is fetched again, but only by us.
      if ((await storage.stat(key)) === undefined) return undefined;
      return storage.presign?.(key, { expiresInSeconds: EXPIRES_SECONDS, contentDisposition });
    },
  };
}
