import type { ContentSlice } from '../content/file-content.ts';

export type ReplyBody = Buffer | ContentSlice | AsyncIterable<Buffer>;

/** An answer that is decided but not sent. For HEAD it has the body that GET would have. */
export interface Reply {
  readonly status: number;
  readonly headers: Readonly<Record<string, string>>;
  readonly body?: ReplyBody;
  /** Set if the body is (part of) a file: its bytes are counted. */
  readonly file?: FileAddress;
}

export interface FileAddress {
  readonly repository: string;
  readonly path: string;
}

/** An answer in JSON. */
export function jsonReply(value: unknown, headers: Readonly<Record<string, string>> = {}): Reply {
  return textReply(200, JSON.stringify(value), 'application/json; charset=utf-8', headers);
}

/** An answer that is a short text. */
export function textReply(
  status: number,
  text: string,
  type = 'text/plain; charset=utf-8',
  headers: Readonly<Record<string, string>> = {},
): Reply {
  const body = Buffer.from(text, 'utf8');
  return {
    status,
    headers: { 'Content-Type': type, 'Content-Length': String(body.length), ...headers },
    body,
  };
}

/** A redirect, with the text that the Hub puts into it. */
export function redirectReply(
  status: 302 | 307,
  location: string,
  headers: Readonly<Record<string, string>> = {},
): Reply {
  const reason = status === 302 ? 'Found' : 'Temporary Redirect';
  const text = `${reason}. Redirecting to ${location}`;
  return textReply(status, text, 'text/plain; charset=utf-8', { Location: location, ...headers });
}
