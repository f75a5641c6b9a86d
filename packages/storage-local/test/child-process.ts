import { spawn } from 'node:child_process';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';

/** A user who owns nothing; only root can become it. */
const NOBODY = 65534;

export interface RunResult {
  readonly signal: NodeJS.Signals | null;
  readonly status: number | null;
  readonly lines: readonly string[];
}

export interface RunOptions {
  /** As a user without rights, where the tests run as root. */
  readonly unprivileged?: boolean;
  /** Put in front of the command. */
  readonly under?: readonly string[];
}

/** Runs `test/storage-process.ts` with `args` to its end. */
export async function runProcess(
  args: readonly string[],
  options: RunOptions = {},
): Promise<RunResult> {
  const script = join(import.meta.dirname, 'storage-process.ts');
  const node = [process.execPath, '--conditions', '@modelkeep/source', script, ...args];
  const [command = '', ...rest] = [...(options.under ?? []), ...node];
  const drops = options.unprivileged === true && process.getuid?.() === 0;
  const child = spawn(command, rest, {
    stdio: ['ignore', 'pipe', 'ignore'],
    // One thread, so that its system calls can be counted.
    env: { ...process.env, UV_THREADPOOL_SIZE: '1' },
    ...(drops ? { uid: NOBODY, gid: NOBODY } : {}),
  });
  const ended = new Promise<Pick<RunResult, 'signal' | 'status'>>((resolve, reject) => {
    child.on('error', reject);
    child.on('close', (status, signal) => resolve({ status, signal }));
  });
  const lines = (await text(child.stdout)).split('\n').filter((line) => line !== '');
  return { ...(await ended), lines };
}
