import { readFileSync } from 'node:fs';
import type { Readable } from 'node:stream';
import { getCACertificates } from 'node:tls';
import { ModelkeepError } from '@modelkeep/core/spi';
import { type Dispatcher, EnvHttpProxyAgent, request } from 'undici';
import { failureOf, unreachable } from './failures.ts';

const CONNECT_MS = 10_000;
const API = '/-/api/v1';

/** The server that commands are for. */
export interface RemoteServer {
  /** `http://cache:8080`, with a path if the server has one. */
  readonly url: string;
  readonly token: string | undefined;
  readonly env: Readonly<Record<string, string | undefined>>;
}

export interface Call {
  readonly method?: 'GET' | 'POST' | 'PATCH' | 'DELETE';
  /** Sent as JSON. */
  readonly body?: unknown;
  readonly headers?: Readonly<Record<string, string>>;
  readonly signal?: AbortSignal | undefined;
}

export interface Reply {
  readonly status: number;
  readonly headers: Readonly<Record<string, string | string[] | undefined>>;
  readonly body: Readable;
}

/** Speaks with the server's API. Every answer that is no success fails with the error that it tells. */
export interface Transport {
  readonly base: string;
  readonly headers: Readonly<Record<string, string>>;
  /** Certificates to trust, where the environment names more than the usual ones. */
  readonly authorities: readonly string[] | undefined;
  open(path: string, call?: Call): Promise<Reply>;
  json<T>(path: string, call?: Call): Promise<T>;
  close(): Promise<void>;
}

export function createTransport(server: RemoteServer): Transport {
  const base = `${checkedUrl(server.url)}${API}`;
  const authorities = trusted(server.env);
  const connect = { timeout: CONNECT_MS, ...(authorities && { ca: [...authorities] }) };
  // What is under way may take its time on the server: only silence of the connection counts.
  const dispatcher: Dispatcher = new EnvHttpProxyAgent({
    connect,
    requestTls: connect,
    headersTimeout: 0,
    bodyTimeout: 60_000,
  });
  const headers: Record<string, string> =
    server.token === undefined ? {} : { authorization: `Bearer ${server.token}` };

  const open = async (path: string, call: Call = {}): Promise<Reply> => {
    const { method = 'GET', body, signal } = call;
    let reply: Dispatcher.ResponseData;
    try {
      reply = await request(base + path, {
        dispatcher,
        method,
        headers: {
          ...headers,
          ...(body === undefined ? {} : { 'content-type': 'application/json' }),
          ...call.headers,
        },
        ...(body === undefined ? {} : { body: JSON.stringify(body) }),
        ...(signal === undefined ? {} : { signal }),
      });
    } catch (error) {
      signal?.throwIfAborted();
      throw unreachable(base, error);
    }
    const { statusCode: status } = reply;
    if (status >= 200 && status < 300) return { status, headers: reply.headers, body: reply.body };
    throw failureOf(base, status, await reply.body.text());
  };
  return {
    base,
    headers,
    authorities,
    open,
    async json<T>(path: string, call?: Call): Promise<T> {
      const { body } = await open(path, call);
      try {
        return JSON.parse(await text(body)) as T;
      } catch (error) {
        call?.signal?.throwIfAborted();
        throw unreachable(base, error);
      }
    },
    close: () => dispatcher.close(),
  };
}

async function text(body: Readable): Promise<string> {
  const chunks: Buffer[] = [];
  for await (const chunk of body) chunks.push(chunk as Buffer);
  return Buffer.concat(chunks).toString('utf8');
}

function checkedUrl(text: string): string {
  const url = URL.parse(text);
  if (url === null || !/^https?:$/.test(url.protocol) || url.username !== '' || url.search !== '') {
    throw new ModelkeepError(
      'invalid-argument',
      'the server must be an http:// or https:// address without a user name, like http://cache:8080',
    );
  }
  return url.href.replace(/\/+$/, '');
}

function trusted(env: RemoteServer['env']): readonly string[] | undefined {
  const file = env['SSL_CERT_FILE'];
  return file ? [...getCACertificates('bundled'), readFileSync(file, 'utf8')] : undefined;
}
