import { spawn } from 'node:child_process';
import { once } from 'node:events';
import type { ServerProcess } from './process.ts';

export interface Download {
  readonly seconds: number;
  readonly bytes: number;
}

/** Downloads `url` by curl and throws its bytes away. */
export async function drain(
  curl: string,
  url: string,
  args: readonly string[] = [],
): Promise<Download> {
  const child = spawn(
    curl,
    [
      ...['--silent', '--show-error', '--fail', '--location', '--output', '/dev/null'],
      ...['--write-out', '%{time_total} %{size_download}', ...args, url],
    ],
    { stdio: ['ignore', 'pipe', 'pipe'], env: { PATH: process.env['PATH'] } },
  );
  let told = '';
  let complaint = '';
  child.stdout.setEncoding('utf8').on('data', (text: string) => {
    told += text;
  });
  child.stderr.setEncoding('utf8').on('data', (text: string) => {
    complaint += text;
  });
  const [status] = (await once(child, 'close')) as [number | null];
  if (status !== 0) throw new Error(`curl ${url} ended with ${status}: ${complaint}`);
  const [seconds = 0, bytes = 0] = told.split(' ').map(Number);
  return { seconds, bytes };
}

export interface Throughput {
  readonly gigabytesPerSecond: number;
  /** Of the server. */
  readonly cpuSecondsPerGib: number;
  /** Until the last client had all. */
  readonly seconds: number;
}

/** Lets `clients` download `url` side by side. */
export async function throughput(
  curl: string,
  server: Pick<ServerProcess, 'cpuSeconds'>,
  url: string,
  clients: number,
  args: readonly string[] = [],
): Promise<Throughput> {
  const cpuBefore = server.cpuSeconds();
  const startedAt = performance.now();
  const downloads = await Promise.all(
    Array.from({ length: clients }, () => drain(curl, url, args)),
  );
  const seconds = (performance.now() - startedAt) / 1000;
  const bytes = downloads.reduce((total, download) => total + download.bytes, 0);
  return {
    gigabytesPerSecond: bytes / seconds / 1e9,
    cpuSecondsPerGib: (server.cpuSeconds() - cpuBefore) / (bytes / 1024 ** 3),
    seconds,
  };
}
