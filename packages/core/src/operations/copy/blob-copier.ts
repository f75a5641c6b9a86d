import { randomUUID } from 'node:crypto';
import { rm } from 'node:fs/promises';
import { join } from 'node:path';
import { newestToken } from '../../leases/newest-token.ts';
import { blobKey } from '../../names/store-keys.ts';
import { isModelkeepError } from '../../spi/errors.ts';
import type { Digest } from '../../spi/model.ts';
import { stageExistingFile } from '../../staging/stage-existing-file.ts';
import { delay } from '../../util/delay.ts';
import { add, type CopyRun } from './copy-run.ts';
import { damaged, type ExpectedContent, proveBody } from './prove-body.ts';

const MAX_TRIES = 5;
const RETRY_MS = 250;

/** A content that is to be copied, and its name for people. */
export interface WantedContent extends ExpectedContent {
  readonly name: string;
  /** The same for whoever brings it. */
  readonly id: string;
}

/** Why a content cannot be had of the other store. */
class Refused extends Error {}

/** What is wrong with one content refuses it; that a store cannot be reached, or is full, ends the copy. */
function ofSource(error: unknown): unknown {
  const isAboutContent =
    isModelkeepError(error) && !error.retryable && !['no-space', 'conflict'].includes(error.code);
  return isAboutContent ? new Refused(error.message, { cause: error }) : error;
}

/** Copies contents, each once however many models hold it, and each proved on its way in. */
export class BlobCopier {
  readonly #run: CopyRun;
  readonly #running = new Map<Digest, Promise<string | undefined>>();
  readonly #refused = new Map<Digest, string>();

  constructor(run: CopyRun) {
    this.#run = run;
  }

  /** Returns why the content cannot be had, or undefined once it is here. `staging` is a folder of the workspace. */
  async copy(wanted: WantedContent, staging: string): Promise<string | undefined> {
    const { digest } = wanted;
    // One that is damaged is not read again for each model that holds it.
    const known = this.#refused.get(digest) ?? this.#running.get(digest);
    if (known !== undefined) return known;
    const work = this.#copyOne(wanted, staging);
    this.#running.set(digest, work);
    try {
      const reason = await work;
      if (reason !== undefined) this.#refused.set(digest, reason);
      return reason;
    } finally {
      this.#running.delete(digest);
    }
  }

  async #copyOne(wanted: WantedContent, staging: string): Promise<string | undefined> {
    const { signal, progress, copied } = this.#run;
    for (let tries = 1; ; tries += 1) {
      signal?.throwIfAborted();
      try {
        // Another model may have brought it since this one was looked at.
        if (await this.#isHere(wanted)) return undefined;
        if (!(await this.#takeWhatIsThere(wanted))) await this.#move(wanted, staging);
        add(copied, wanted.size);
        progress.fileDone(wanted.name, wanted.size);
        return undefined;
      } catch (error) {
        signal?.throwIfAborted();
        if (error instanceof Refused) return error.message;
        if (!isModelkeepError(error) || !error.retryable || tries === MAX_TRIES) throw error;
        await delay(RETRY_MS * tries, signal);
      }
    }
  }

  async #isHere({ digest, size }: WantedContent): Promise<boolean> {
    const { blobs, metadata } = this.#run.ctx;
    const isNoted = (await metadata.getBlobs([digest])).has(digest);
    return isNoted && (await blobs.stat(digest))?.size === size;
  }

  /** An earlier copy that was killed, or a storage that both stores share, has left the object without a record. */
  async #takeWhatIsThere(wanted: WantedContent): Promise<boolean> {
    const { blobs, metadata } = this.#run.ctx;
    const { digest, size, gitOid } = wanted;
    const since = newestToken(metadata);
    const object = await blobs.stat(digest);
    if (object?.size !== size) return false;
    try {
      const body = proveBody(await blobs.read(digest), wanted, this.#teller(wanted));
      for await (const _ of body);
    } catch (error) {
      if (isModelkeepError(error, 'integrity-mismatch')) return false;
      throw error;
    }
    const { receipt } = object;
    if ((await blobs.stat(digest))?.receipt !== receipt) return false;
    const base = { digest, size, receipt, verifiedAt: Date.now() };
    const record = gitOid === undefined ? base : { ...base, gitOid };
    return (await metadata.putBlobs([record], { since })).length === 0;
  }

  async #move(wanted: WantedContent, staging: string): Promise<void> {
    const { from, ctx } = this.#run;
    const isNear = ctx.storage.ingestFile !== undefined && ctx.storage.workspace !== undefined;
    const path = isNear ? from.storage.localPath?.(blobKey(wanted.digest)) : undefined;
    if (path === undefined) await this.#stream(wanted);
    else await this.#link(wanted, path, join(staging, randomUUID()));
  }

  /** Both are folders of this machine: on one volume no byte moves. */
  async #link(wanted: WantedContent, path: string, target: string): Promise<void> {
    const { ctx, signal, linked } = this.#run;
    const { digest, size, gitOid } = wanted;
    try {
      const staged = await stageExistingFile(ctx.hashing, path, target, {
        gitOid: gitOid !== undefined,
        signal,
        onProgress: this.#teller(wanted),
      }).catch((error: unknown) => {
        throw ofSource(error);
      });
      if (staged.digest !== digest) throw ofSource(damaged(digest, staged.digest));
      if (staged.gitOid !== gitOid) throw ofSource(damaged(`${gitOid}`, `${staged.gitOid}`));
      await ctx.blobs.publishFile(staged);
      if (staged.linked) add(linked, size);
    } finally {
      await rm(target, { force: true });
    }
  }

  async #stream(wanted: WantedContent): Promise<void> {
    const { from, ctx, signal } = this.#run;
    const { digest, size, gitOid } = wanted;
    const tell = this.#teller(wanted);
    let failed: { readonly error: unknown } | undefined;
    const body = async function* (): AsyncGenerator<Uint8Array, void, undefined> {
      try {
        const options = signal === undefined ? {} : { signal };
        yield* proveBody(await from.storage.read(blobKey(digest), options), wanted, tell);
      } catch (error) {
        failed = { error: ofSource(error) };
        throw error;
      }
    };
    const hashes = gitOid === undefined ? { digest } : { digest, gitOid };
    try {
      await ctx.blobs.publishBody(body(), size, hashes, signal);
    } catch (error) {
      // A storage may tell the failure of a body as one of its own.
      throw failed === undefined ? error : failed.error;
    }
  }

  #teller({ name, size }: WantedContent): (received: number) => void {
    return (received) => this.#run.progress.update(name, Math.min(received, size), size);
  }
}
