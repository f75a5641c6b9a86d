import type { TakeBuffer } from '@modelkeep/core';

/** Bytes that are sent as they come. */
export interface BodySource {
  /** Path of the whole content on this machine, where it is a file: it is then sent from there. */
  readonly localPath?: string;
  /** First byte that is sent. */
  readonly start: number;
  /** The byte after the last one that is sent; `Infinity` if it is not known. */
  readonly end: number;
  /**
   * The bytes from `start` to `end`. Called once at most; returning early frees what it holds. Chunks may be read into what
   * `takeBuffer` gives.
   */
  open(takeBuffer: TakeBuffer): AsyncIterable<Uint8Array>;
}

/** One answer, before it is sent. */
export interface Answer {
  readonly status: number;
  readonly headers: Readonly<Record<string, string>>;
  readonly body?: string | Uint8Array | BodySource;
}

type Headers = Readonly<Record<string, string>>;

export function jsonAnswer(value: unknown, status = 200, headers: Headers = {}): Answer {
  return bodyAnswer(JSON.stringify(value), 'application/json; charset=utf-8', status, headers);
}

export function textAnswer(text: string, status = 200, headers: Headers = {}): Answer {
  return bodyAnswer(`${text}\n`, 'text/plain; charset=utf-8', status, headers);
}

export function bodyAnswer(body: string, type: string, status: number, headers: Headers): Answer {
  return {
    status,
    headers: {
      'Content-Type': type,
      'Content-Length': String(Buffer.byteLength(body)),
      'Cache-Control': 'no-store',
      'X-Content-Type-Options': 'nosniff',
      ...headers,
    },
    body,
  };
}
