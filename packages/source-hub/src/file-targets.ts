/** Where a file's bytes are to be had for a while, and what the Hub said about them. */
export interface FileTarget {
  /** Signed: never in a message. */
  readonly url: string;
  /** Identity of the content as the Hub gave it. */
  readonly etag: string | undefined;
  /** The host's own ETag: a change means other bytes. */
  readonly hostEtag: string | undefined;
}

const MOST = 512;

/** Remembers redirect targets by file, the most recently used ones. */
export class FileTargets {
  readonly #targets = new Map<string, FileTarget>();

  get(key: string): FileTarget | undefined {
    const target = this.#targets.get(key);
    if (target !== undefined) {
      this.#targets.delete(key);
      this.#targets.set(key, target);
    }
    return target;
  }

  set(key: string, target: FileTarget): void {
    this.#targets.delete(key);
    this.#targets.set(key, target);
    if (this.#targets.size > MOST) {
      const oldest = this.#targets.keys().next();
      if (!oldest.done) this.#targets.delete(oldest.value);
    }
  }

  /** Forgets `target`, unless a newer one has taken its place. */
  drop(key: string, target: FileTarget): void {
    if (this.#targets.get(key) === target) this.#targets.delete(key);
  }
}
