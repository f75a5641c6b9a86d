import { randomUUID } from 'node:crypto';
import { rm } from 'node:fs/promises';
import { join } from 'node:path';
import type { CoreContext } from '../../context.ts';
import { isModelkeepError } from '../../spi/errors.ts';
import { ALWAYS_LFS_BYTES } from '../../spi/git-attributes.ts';
import type { BlobRecord } from '../../spi/metadata-store.ts';
import type { Digest, GitOid } from '../../spi/model.ts';
import { type StagedFile, stageExistingFile } from '../../staging/stage-existing-file.ts';
import { forEachLimit } from '../../util/concurrency.ts';
import { delay } from '../../util/delay.ts';
import type { Expected, FoundFile, TakingRun } from './adopt-run.ts';

const AT_ONCE = 6;
/** A garbage collection may be removing the same content at this moment. */
const MAX_TAKES = 5;
const CONFLICT_DELAY_MS = 50;

/** A content that is in the store now, or why it is not. */
export type Taken =
  | { readonly digest: Digest; readonly size: number; readonly gitOid?: GitOid }
  | { readonly reason: string };

/** Files with the same key are one content. */
export function contentKey({ inode, expected }: FoundFile): string {
  return `${inode} ${expected === undefined ? '' : Object.values(expected)[0]}`;
}

function matches(expected: Expected, found: { digest: Digest; gitOid?: GitOid }): boolean {
  return 'digest' in expected ? expected.digest === found.digest : expected.gitOid === found.gitOid;
}

function damaged(expected: Expected, found: StagedFile): string {
  if ('gitOid' in expected)
    return `it is damaged: its git blob id is ${found.gitOid}, not ${expected.gitOid}`;
  return `it is damaged: its sha256 is ${found.digest}, not ${expected.digest}`;
}

async function isStored(ctx: CoreContext, record: BlobRecord | undefined): Promise<boolean> {
  return record !== undefined && (await ctx.blobs.stat(record.digest))?.size === record.size;
}

/** Takes contents of a cache into the store. One for a whole adoption, so that none is stored twice. */
export class ContentTaker {
  readonly #run: TakingRun;
  readonly #publishing = new Map<Digest, Promise<void>>();

  constructor(run: TakingRun) {
    this.#run = run;
  }

  /** Takes each content once, several at a time. `staging` is a folder of the volume of the store. */
  async take(
    files: readonly FoundFile[],
    staging: string,
    nameOf: (file: FoundFile) => string,
  ): Promise<Map<string, Taken>> {
    const contents = new Map(files.map((file) => [contentKey(file), file]));
    const stored = await this.#stored([...contents.values()]);
    const taken = new Map<string, Taken>();
    await forEachLimit(contents, AT_ONCE, async ([key, file]) => {
      this.#run.signal?.throwIfAborted();
      const name = nameOf(file);
      taken.set(key, stored.get(key) ?? (await this.#takeOne(file, staging, name)));
      this.#run.progress.fileDone(name, file.size);
    });
    return taken;
  }

  /** Contents that the store has already: known by what they should be, so that none of them need be read. */
  async #stored(files: readonly FoundFile[]): Promise<Map<string, BlobRecord>> {
    const { ctx } = this.#run;
    const expected = files.flatMap((file) => file.expected ?? []);
    const [byDigest, byGitOid] = await Promise.all([
      ctx.metadata.getBlobs(expected.flatMap((one) => ('digest' in one ? one.digest : []))),
      ctx.metadata.findBlobs(expected.flatMap((one) => ('gitOid' in one ? one.gitOid : []))),
    ]);
    const stored = new Map<string, BlobRecord>();
    for (const file of files) {
      if (file.expected === undefined) continue;
      const record =
        'digest' in file.expected
          ? byDigest.get(file.expected.digest)
          : byGitOid.get(file.expected.gitOid);
      if (record !== undefined && (await isStored(ctx, record)))
        stored.set(contentKey(file), record);
    }
    return stored;
  }

  async #takeOne(file: FoundFile, staging: string, name: string): Promise<Taken> {
    for (let tries = 1; ; tries += 1) {
      const staged = await this.#stage(file, join(staging, randomUUID()), name);
      if ('reason' in staged) return staged;
      try {
        if (file.expected !== undefined && !matches(file.expected, staged))
          return { reason: damaged(file.expected, staged) };
        await this.#publish(staged);
        const { digest, size, gitOid } = staged;
        return gitOid === undefined ? { digest, size } : { digest, size, gitOid };
      } catch (error) {
        if (!isModelkeepError(error, 'conflict') || tries === MAX_TAKES) throw error;
        await delay(CONFLICT_DELAY_MS * tries, this.#run.signal);
      } finally {
        await rm(staged.path, { force: true });
      }
    }
  }

  async #stage(
    file: FoundFile,
    target: string,
    name: string,
  ): Promise<StagedFile | { readonly reason: string }> {
    const { ctx, signal, progress } = this.#run;
    const gitOid =
      file.expected === undefined
        ? file.lfs !== true && file.size <= ALWAYS_LFS_BYTES
        : 'gitOid' in file.expected;
    try {
      return await stageExistingFile(ctx.hashing, file.source, target, {
        gitOid,
        signal,
        onProgress: (position) => progress.update(name, Math.min(position, file.size), file.size),
      });
    } catch (error) {
      signal?.throwIfAborted();
      // What is wrong with one file is no reason to leave the others; a full volume is.
      if (!isModelkeepError(error) || error.code === 'no-space' || error.code === 'conflict')
        throw error;
      return { reason: error.message };
    }
  }

  /** Side by side, files of the same content would replace each other's blob. */
  async #publish(staged: StagedFile): Promise<void> {
    const { digest } = staged;
    for (;;) {
      const running = this.#publishing.get(digest);
      if (running === undefined) break;
      await running.catch(() => {});
    }
    const work = this.#publishAlone(staged);
    this.#publishing.set(digest, work);
    try {
      await work;
    } finally {
      this.#publishing.delete(digest);
    }
  }

  async #publishAlone(staged: StagedFile): Promise<void> {
    const { ctx, figures } = this.#run;
    const record = (await ctx.metadata.getBlobs([staged.digest])).get(staged.digest);
    if (await isStored(ctx, record)) return;
    await ctx.blobs.publishFile(staged);
    const linked =
      staged.linked &&
      ctx.storage.ingestFile !== undefined &&
      ctx.blobs.localPath(staged.digest) !== undefined;
    if (linked) figures.linkedBytes += staged.size;
    else figures.copiedBytes += staged.size;
  }
}
