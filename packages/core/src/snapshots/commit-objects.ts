import { createHash } from 'node:crypto';
import type { CoreContext } from '../context.ts';
import { isModelkeepError } from '../spi/errors.ts';
import type { ModelSource, SourceCallOptions } from '../spi/model-source.ts';

/** Collection of git's commit objects among the store's records, by the commit. */
export const COMMIT_OBJECTS = 'commit-objects';
/** Signatures and long messages included. */
const MOST_BYTES = 256 * 1024;

/** Keeps git's object of a commit, if the source has it and it is the commit's own. Never fails. */
export async function keepCommitObject(
  ctx: CoreContext,
  source: ModelSource,
  modelId: string,
  commit: string,
  options: SourceCallOptions,
): Promise<Uint8Array | undefined> {
  try {
    const object = await source.commitObject?.(modelId, commit, options);
    if (object === undefined || object.byteLength > MOST_BYTES) return undefined;
    const head = `commit ${object.byteLength}\0`;
    if (createHash('sha1').update(head).update(object).digest('hex') !== commit) return undefined;
    const text = Buffer.from(object).toString('base64');
    await ctx.metadata.putRecord(COMMIT_OBJECTS, commit, text);
    return object;
  } catch (error) {
    // Whoever pulls or clones does well without.
    if (isModelkeepError(error) || options.signal?.aborted) return undefined;
    throw error;
  }
}

/** Git's object of a commit, if it was kept. */
export async function keptCommitObject(
  { metadata }: CoreContext,
  commit: string,
): Promise<Uint8Array | undefined> {
  const record = await metadata.getRecord(COMMIT_OBJECTS, commit);
  return typeof record?.value === 'string' ? Buffer.from(record.value, 'base64') : undefined;
}
