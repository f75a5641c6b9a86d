import type { FileHandle } from 'node:fs/promises';

const STEP_BYTES = 32 * 1024 * 1024;

/**
 * Puts what was written to a file on the disk while more comes, so that the sync before it is published has little left
 * to do. It replaces none: a failure of the disk may be told only once, so it must be asked for by `settle`.
 */
export class WriteBack {
  readonly #handle: FileHandle;
  #waitingBytes = 0;
  #running: Promise<void> | undefined;
  #failure: { readonly error: unknown } | undefined;

  constructor(handle: FileHandle) {
    this.#handle = handle;
  }

  /** More bytes are in the file. */
  note(bytes: number): void {
    this.#waitingBytes += bytes;
    if (this.#waitingBytes < STEP_BYTES || this.#running !== undefined) return;
    this.#waitingBytes = 0;
    this.#running = this.#handle
      .datasync()
      .catch((error: unknown) => {
        this.#failure ??= { error };
      })
      .finally(() => {
        this.#running = undefined;
      });
  }

  /** Waits for what is under way, and fails if any of it has failed. */
  async settle(): Promise<void> {
    await this.#running;
    if (this.#failure !== undefined) throw this.#failure.error;
  }
}
