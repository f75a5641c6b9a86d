import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { Bench, Finished, RunOptions } from '../modelkeep.ts';

/** With one thread for files the order of the calls is the same in every run. */
const ONE_FILE_THREAD = { UV_THREADPOOL_SIZE: '1' };

/** How often a run makes each of the system calls, in that thread which makes most of them: strace counts by thread. */
export async function countCalls(
  bench: Bench,
  args: readonly string[],
  calls: readonly string[],
): Promise<ReadonlyMap<string, number>> {
  const log = join(bench.folder, 'strace.log');
  const { status, stderr } = await bench.run(args, {
    under: ['strace', '-f', '--seccomp-bpf', '-o', log, '-e', `trace=${calls.join(',')}`],
    env: ONE_FILE_THREAD,
  });
  if (status !== 0) throw new Error(`${args.join(' ')} under strace: ${status} ${stderr}`);
  const byThread = new Map<string, number>();
  const most = new Map<string, number>();
  for (const [, thread, call = ''] of (await readFile(log, 'utf8')).matchAll(/^(\d+) +(\w+)\(/gm)) {
    const count = (byThread.get(`${thread} ${call}`) ?? 0) + 1;
    byThread.set(`${thread} ${call}`, count);
    most.set(call, Math.max(most.get(call) ?? 0, count));
  }
  return most;
}

/** What happens to a system call instead of what it should do, as strace writes it. */
export interface Injection {
  readonly call: string;
  /** `signal=KILL` or `error=EIO`. */
  readonly what: string;
  /** The how manieth call of a thread; `3+` for this and all later ones. */
  readonly when: string;
}

/** Runs a command with something injected into its system calls. */
export function runInjected(
  bench: Bench,
  args: readonly string[],
  { call, what, when }: Injection,
  options: RunOptions = {},
): Promise<Finished> {
  return bench.run(args, {
    ...options,
    under: [
      // Not --seccomp-bpf: with it strace 6.1 does not count the calls.
      ...['strace', '-f', '-o', '/dev/null'],
      ...['-e', `trace=${call}`, '-e', `inject=${call}:${what}:when=${when}`],
    ],
    env: { ...ONE_FILE_THREAD, ...options.env },
  });
}
