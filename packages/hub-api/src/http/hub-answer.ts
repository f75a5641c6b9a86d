import type { TakeBuffer } from '@modelkeep/core';

/** Bytes of one file, not opened yet. */
export interface FileBody {
  /** First byte of the file that is sent. */
  readonly start: number;
  /** The byte after the last one that is sent. */
  readonly end: number;
  /** Path of the whole file on this machine, for a server that can send files in a shorter way. Absent while it is fetched. */
  readonly localPath?: string;
  /**
   * The bytes from `start` to `end`. Call it once at most. Returning early from the iteration frees what it holds.
   * `takeBuffer`: memory that chunks may be read into, for a server that uses its own again.
   */
  open(takeBuffer?: TakeBuffer): AsyncIterable<Uint8Array>;
}

/** One answer, before a server sends it. */
export interface HubAnswer {
  readonly status: number;
  /** Names as they are sent; values in visible ASCII. */
  readonly headers: Readonly<Record<string, string>>;
  /** Absent for HEAD and for answers without a body. */
  readonly body?: string | FileBody;
}

export type Headers = Readonly<Record<string, string>>;

export function jsonAnswer(value: unknown, headers: Headers = {}, status = 200): HubAnswer {
  const body = JSON.stringify(value);
  return textBody(status, 'application/json; charset=utf-8', body, headers);
}

export function textAnswer(text: string, headers: Headers = {}, status = 200): HubAnswer {
  return textBody(status, 'text/plain; charset=utf-8', text, headers);
}

export function textBody(status: number, type: string, body: string, headers: Headers): HubAnswer {
  return {
    status,
    headers: {
      'Content-Type': type,
      'Content-Length': String(Buffer.byteLength(body)),
      ...headers,
    },
    body,
  };
}
