import type { ActiveFile, CacheEventListener } from '../api/events.ts';

const INTERVAL_MS = 100;
const MAX_ACTIVE = 8;

export interface ProgressTotals {
  readonly totalBytes?: number;
  readonly totalFiles?: number;
  /** Bytes and files that were done before the call. */
  readonly presentBytes?: number;
  readonly presentFiles?: number;
}

/** Adds up what the files of one call report, and tells it at most ten times a second. */
export class Progress {
  readonly #onEvent: CacheEventListener;
  readonly #totals: ProgressTotals;
  readonly #active = new Map<string, ActiveFile>();
  #doneBytes: number;
  #doneFiles: number;
  #toldAt = Number.NEGATIVE_INFINITY;

  constructor(onEvent: CacheEventListener, totals: ProgressTotals) {
    this.#onEvent = onEvent;
    this.#totals = totals;
    this.#doneBytes = totals.presentBytes ?? 0;
    this.#doneFiles = totals.presentFiles ?? 0;
  }

  /** `doneBytes` of the file are done now; may go back when a file begins anew. */
  update(path: string, doneBytes: number, totalBytes: number): void {
    this.#doneBytes += doneBytes - (this.#active.get(path)?.doneBytes ?? 0);
    this.#active.set(path, { path, doneBytes, totalBytes });
    this.#tell(false);
  }

  fileDone(path: string, size: number): void {
    this.update(path, size, size);
    this.#active.delete(path);
    this.#doneFiles += 1;
    this.#onEvent({ type: 'file-done', path, size });
    this.#tell(false);
  }

  /** The last event, with the final figures. */
  end(): void {
    this.#tell(true);
  }

  get doneBytes(): number {
    return this.#doneBytes;
  }

  #tell(now: boolean): void {
    const time = performance.now();
    if (!now && time - this.#toldAt < INTERVAL_MS) return;
    this.#toldAt = time;
    const { totalBytes, totalFiles } = this.#totals;
    this.#onEvent({
      type: 'progress',
      doneBytes: this.#doneBytes,
      doneFiles: this.#doneFiles,
      ...(totalBytes === undefined ? {} : { totalBytes }),
      ...(totalFiles === undefined ? {} : { totalFiles }),
      active: [...this.#active.values()].slice(0, MAX_ACTIVE),
    });
  }
}
