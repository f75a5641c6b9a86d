import { execFile } from 'node:child_process';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';

export interface Load {
  readonly url: string;
  readonly method: 'GET' | 'HEAD';
  readonly token?: string | undefined;
  readonly requests: number;
}

export interface LoadResult {
  readonly requestsPerSecond: number;
  readonly p99Ms: number;
}

const CONNECTIONS = 32;

/**
 * Asks the same again and again over 32 kept connections, by `ab`: it knows HEAD, of which wrk waits for the body.
 * Fails if any answer is not a 200 of the same length. `folder` is where it may write.
 */
export async function load(
  ab: string,
  folder: string,
  { url, method, token, requests }: Load,
): Promise<LoadResult> {
  const percentiles = join(folder, 'percentiles.csv');
  const { stdout } = await promisify(execFile)(ab, [
    ...['-q', '-k', '-n', String(requests), '-c', String(CONNECTIONS), '-e', percentiles],
    ...(method === 'HEAD' ? ['-i'] : []),
    ...(token === undefined ? [] : ['-H', `Authorization: Bearer ${token}`]),
    url,
  ]);
  if (!/^Failed requests:\s+0$/m.test(stdout) || /^Non-2xx responses/m.test(stdout)) {
    throw new Error(`ab ${url}: not every answer was the same 200\n${stdout}`);
  }
  return {
    requestsPerSecond: figure(stdout, /^Requests per second:\s+([\d.]+)/m),
    p99Ms: figure(await readFile(percentiles, 'utf8'), /^99,([\d.]+)/m),
  };
}

function figure(text: string, pattern: RegExp): number {
  return Number(pattern.exec(text)?.[1] ?? Number.NaN);
}
