import type { ServerProcess } from './process.ts';

const SAMPLE_MS = 100;

/** Resident bytes of a server from now on, until it is stopped. */
export function watchMemory(server: Pick<ServerProcess, 'residentBytes'>): {
  stop(): Promise<number[]>;
} {
  const samples = [server.residentBytes()];
  const timer = setInterval(() => samples.push(server.residentBytes()), SAMPLE_MS);
  return {
    stop: () => {
      clearInterval(timer);
      return Promise.resolve(samples);
    },
  };
}
