import type { FileAddress } from '../http/reply.ts';
import { pathMatcher } from './path-matcher.ts';

/** Connections of one origin. */
export interface ConnectionCounts {
  readonly open: number;
  /** The most that were open at once since the last reset. */
  readonly max: number;
  /** How many were opened since the last reset. */
  readonly total: number;
}

/** Body bytes of files, by model and path. */
export class ByteCounters {
  readonly #files = new Map<string, { readonly file: FileAddress; bytes: number }>();

  add(file: FileAddress, bytes: number): void {
    const key = `${file.repository}/${file.path}`;
    const row = this.#files.get(key) ?? { file, bytes: 0 };
    row.bytes += bytes;
    this.#files.set(key, row);
  }

  /** Bytes of all files, or of those whose path or `<model id>/<path>` fits the glob. */
  total(glob?: string): number {
    const fits = glob === undefined ? (): boolean => true : pathMatcher(glob);
    let sum = 0;
    for (const [key, { file, bytes }] of this.#files) {
      if (fits(file.path) || fits(key)) sum += bytes;
    }
    return sum;
  }

  /** Bytes by `<model id>/<path>`. */
  byFile(): Record<string, number> {
    return Object.fromEntries([...this.#files].map(([key, { bytes }]) => [key, bytes]));
  }

  reset(): void {
    this.#files.clear();
  }
}
