import { onTestFinished, vi } from 'vitest';
import { createHttpClient } from '../src/create-http-client.ts';
import type { HttpClient, HttpClientOptions } from '../src/http-client.ts';

const PROXY_SETTINGS = [
  'http_proxy',
  'HTTP_PROXY',
  'https_proxy',
  'HTTPS_PROXY',
  'no_proxy',
  'NO_PROXY',
];

/** A client that ends with the test and that the machine's own proxy and CA settings do not touch. */
export function testClient(
  options: HttpClientOptions,
  env: Readonly<Record<string, string>> = {},
): HttpClient {
  for (const name of [...PROXY_SETTINGS, 'SSL_CERT_FILE']) vi.stubEnv(name, env[name]);
  const client = createHttpClient(options);
  onTestFinished(() => client.close());
  return client;
}

/** The error that a promise is rejected with. */
export async function failure(promise: Promise<unknown>): Promise<unknown> {
  return promise.then(
    () => {
      throw new Error('expected a failure');
    },
    (error: unknown) => error,
  );
}

export async function textOf(body: AsyncIterable<Uint8Array>): Promise<string> {
  const chunks: Uint8Array[] = [];
  for await (const chunk of body) chunks.push(chunk);
  return Buffer.concat(chunks).toString('utf8');
}
