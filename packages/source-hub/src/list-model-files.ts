import type { RemoteFile } from '@modelkeep/core/spi';
import { apiFetch, isRecord, malformed } from './api-fetch.ts';
import { encodePath } from './hub-address.ts';
import type { HubContext } from './hub-context.ts';

const SHA256 = /^[0-9a-f]{64}$/;
const GIT_OID = /^[0-9a-f]{40}$/;

/** Every file of a commit, page by page. */
export async function* listModelFiles(
  context: HubContext,
  modelId: string,
  commit: string,
  signal: AbortSignal | undefined,
): AsyncGenerator<RemoteFile, void, undefined> {
  const subject = { modelId, revision: commit };
  const name = encodePath(modelId, 'model id');
  signal?.throwIfAborted();
  const { listFiles } = await import('./hub-library.ts');
  const entries = listFiles({
    repo: { type: 'model', name },
    revision: encodeURIComponent(commit),
    recursive: true,
    hubUrl: context.address.endpoint,
    fetch: apiFetch(context, subject, isListing, signal),
  });
  for await (const entry of entries) {
    signal?.throwIfAborted();
    if (entry.type !== 'file') continue;
    const { path } = entry;
    const lfs = entry.lfs ?? undefined;
    const size = lfs?.size ?? entry.size;
    if (typeof path !== 'string' || path === '' || !Number.isSafeInteger(size) || size < 0) {
      throw malformed(context, subject, 'its list of files has an entry without a path or a size');
    }
    if (lfs !== undefined) {
      // Who has no access to a gated model gets stars instead of the sha256: no digest then, and the pointer's git oid is not the content's.
      yield SHA256.test(lfs.oid)
        ? { path, size, digest: lfs.oid, lfs: true }
        : { path, size, lfs: true };
    } else if (entry.oid !== undefined && GIT_OID.test(entry.oid)) {
      yield { path, size, gitOid: entry.oid, lfs: false };
    } else {
      throw malformed(
        context,
        subject,
        `its list of files names no content for ${JSON.stringify(path)}`,
      );
    }
  }
}

function isListing(json: unknown): boolean {
  return (
    Array.isArray(json) && json.every((entry) => isRecord(entry) && isRecord(entry['lfs'] ?? {}))
  );
}
