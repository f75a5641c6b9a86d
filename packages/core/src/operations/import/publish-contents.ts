import type { CoreContext } from '../../context.ts';
import { isModelkeepError } from '../../spi/errors.ts';
import type { Digest } from '../../spi/model.ts';
import { forEachLimit } from '../../util/concurrency.ts';
import { delay } from '../../util/delay.ts';
import type { StagedContent } from './staged-content.ts';

const PARALLEL = 16;
/** A garbage collection that is removing the same content is over soon. */
const ATTEMPTS = 20;
const RETRY_MS = 250;

async function publish(ctx: CoreContext, content: StagedContent): Promise<void> {
  const { digest, gitOid } = content;
  if ('path' in content) await ctx.blobs.publishFile(content);
  else
    await ctx.blobs.publishBytes(
      content.bytes,
      gitOid === undefined ? { digest } : { digest, gitOid },
    );
}

async function publishSoon(
  ctx: CoreContext,
  content: StagedContent,
  signal: AbortSignal | undefined,
): Promise<void> {
  for (let attempt = 1; ; attempt += 1) {
    try {
      await publish(ctx, content);
      return;
    } catch (error) {
      // A staged file is gone once it was stored.
      const mayRetry = !('path' in content) && attempt < ATTEMPTS;
      const again = mayRetry && isModelkeepError(error, 'conflict') && error.retryable;
      if (!again) throw error;
      await delay(RETRY_MS, signal);
    }
  }
}

/** Makes blobs of those contents that the store does not have. Returns how many there were, and their bytes. */
export async function publishContents(
  ctx: CoreContext,
  contents: ReadonlyMap<Digest, StagedContent>,
  signal: AbortSignal | undefined,
): Promise<{ readonly count: number; readonly bytes: number }> {
  const added = { count: 0, bytes: 0 };
  const known = await ctx.metadata.getBlobs([...contents.keys()]);
  await forEachLimit(contents.values(), PARALLEL, async (content) => {
    signal?.throwIfAborted();
    const record = known.get(content.digest);
    // Somebody may have tidied up by hand: a record alone does not make a blob.
    if (record !== undefined && (await ctx.blobs.stat(content.digest))?.size === record.size)
      return;
    await publishSoon(ctx, content, signal);
    added.count += 1;
    added.bytes += content.size;
  });
  return added;
}
