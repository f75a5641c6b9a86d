import { randomUUID } from 'node:crypto';
import { type Bucket, place } from './bucket.ts';
import { isConflict, isRefusedCondition, isUnsupported } from './errors.ts';

const RACERS = 4;
/** Not a key that a caller can use, so that it is never listed. */
const PROBE = 'modelkeep:probe:';

/**
 * Whether of several writes with `If-None-Match: *` exactly one wins. Found out by trying: a store that does not know
 * the condition says nothing and lets the last one win.
 */
export async function honoursConditions(bucket: Bucket, signal: AbortSignal): Promise<boolean> {
  const target = place(bucket, PROBE + randomUUID());
  const { client, sdk } = bucket;
  const writes = Array.from({ length: RACERS }, () =>
    client.send(
      new sdk.PutObjectCommand({ ...target, Body: '', ContentLength: 0, IfNoneMatch: '*' }),
      {
        abortSignal: signal,
      },
    ),
  );
  const results = await Promise.allSettled(writes);
  signal.throwIfAborted();
  const stored = results.filter(({ status }) => status === 'fulfilled').length;
  if (stored > 0) await client.send(new sdk.DeleteObjectCommand(target)).catch(() => {});
  for (const result of results) {
    if (result.status === 'fulfilled') continue;
    const { reason } = result;
    if (isUnsupported(reason) || isForbidden(reason)) return false;
    if (!isRefusedCondition(reason) && !isConflict(reason)) throw reason;
  }
  return stored === 1;
}

/** Whoever may only read need not know. */
function isForbidden(error: unknown): boolean {
  return error instanceof Error && error.name === 'AccessDenied';
}
