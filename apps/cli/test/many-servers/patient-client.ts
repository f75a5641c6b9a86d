import { createHash } from 'node:crypto';
import { Agent, get, type IncomingMessage } from 'node:http';
import { setTimeout as sleep } from 'node:timers/promises';

const agent = new Agent({ keepAlive: true });
const WAIT_MS = 200;
const ATTEMPTS = 60;

/** What a client got: the digest of the whole, and how often it had to begin again where it was. */
export interface Download {
  readonly digest: string;
  readonly bytes: number;
  readonly tries: number;
}

/**
 * Downloads a file as clients behind a load balancer do: what breaks off goes on with a range, at the next server.
 * `onBytes` is told of each chunk.
 */
export async function download(
  urls: readonly string[],
  path: string,
  options: { readonly first?: number; readonly onBytes?: (bytes: number) => void } = {},
): Promise<Download> {
  const hash = createHash('sha256');
  let position = 0;
  let reason: unknown;
  for (let tries = 1; tries <= ATTEMPTS; tries += 1) {
    const url = urls[((options.first ?? 0) + tries - 1) % urls.length] ?? '';
    try {
      const response = await ask(url + path, position);
      for await (const chunk of response as AsyncIterable<Buffer>) {
        hash.update(chunk);
        position += chunk.length;
        options.onBytes?.(chunk.length);
      }
      return { digest: hash.digest('hex'), bytes: position, tries };
    } catch (error) {
      reason = error;
      await sleep(WAIT_MS);
    }
  }
  throw new Error(`${path} could not be had`, { cause: reason });
}

async function ask(url: string, position: number): Promise<IncomingMessage> {
  const headers = position === 0 ? {} : { range: `bytes=${position}-` };
  const response = await new Promise<IncomingMessage>((resolve, reject) => {
    get(url, { agent, headers }, resolve).on('error', reject);
  });
  if (response.statusCode === (position === 0 ? 200 : 206)) return response;
  response.destroy();
  throw new Error(`${url}: ${response.statusCode}`);
}
