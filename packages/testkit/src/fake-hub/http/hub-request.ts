import type { IncomingMessage } from 'node:http';
import type { Viewer } from '../access/tokens.ts';
import { Refusal } from './refusal.ts';

const BODY_LIMIT = 4 * 1024 * 1024;

/** One request to the Hub's own origin. */
export interface HubRequest {
  readonly method: string;
  /** As sent and still encoded, without prefix and query. */
  readonly path: string;
  readonly query: URLSearchParams;
  /** The query as sent, with its `?`, or ''. */
  readonly search: string;
  /** Names in lower case. */
  readonly headers: Readonly<Record<string, string | string[] | undefined>>;
  /** Path prefix that the Hub lives under, or ''. */
  readonly prefix: string;
  /** Scheme, host and prefix as the client addressed them. */
  readonly base: string;
  readonly viewer: Viewer;
  readBody(): Promise<Buffer>;
}

/** The request target split at its query. */
export function splitTarget(target: string): { path: string; search: string } {
  const at = target.indexOf('?');
  if (at < 0) return { path: target, search: '' };
  return { path: target.slice(0, at), search: target.slice(at) };
}

export async function readBody(message: IncomingMessage): Promise<Buffer> {
  const parts: Buffer[] = [];
  let size = 0;
  for await (const part of message as AsyncIterable<Buffer>) {
    size += part.length;
    if (size > BODY_LIMIT) throw new Refusal(413, 'Payload too large');
    parts.push(part);
  }
  return Buffer.concat(parts);
}

/** Every value of a list parameter, written `name=a&name=b`, `name[]=a` or `name=a,b`. */
export function listParameter(query: URLSearchParams, name: string): string[] {
  const values = [...query.getAll(name), ...query.getAll(`${name}[]`)];
  return values.flatMap((value) => value.split(',')).filter((value) => value !== '');
}

/** A yes-or-no parameter, as Python (`True`) and JavaScript (`true`, `1`) clients write it. */
export function flagParameter(query: URLSearchParams, name: string): boolean {
  const value = query.get(name)?.toLowerCase();
  return value === 'true' || value === '1' || value === '';
}
