import type { Readable, Writable } from 'node:stream';
import type { ModelCache } from '@modelkeep/core';

export interface Output extends Writable {
  readonly isTTY?: boolean;
  readonly columns?: number;
}

interface Input extends Readable {
  readonly isTTY?: boolean;
}

export interface OpenCacheOptions {
  readonly config?: string;
  readonly home?: string;
  /** Whether archives will be read or written. */
  readonly archives: boolean;
}

/** What the command line needs of the process that it runs in. */
export interface Host {
  readonly env: Readonly<Record<string, string | undefined>>;
  readonly cwd: string;
  readonly stdin: Input;
  readonly stdout: Output;
  readonly stderr: Output;
  /** Aborted when the user wants to stop. */
  readonly signal: AbortSignal;
  openCache(options: OpenCacheOptions): Promise<ModelCache>;
}
