import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { closeSync, openSync, readFileSync } from 'node:fs';
import { createInterface } from 'node:readline';
import { setTimeout as delay } from 'node:timers/promises';

/** A process that serves until it is disposed of. */
export interface ServerProcess extends AsyncDisposable {
  readonly pid: number;
  /** The first line that it wrote to stdout, where that was waited for. */
  readonly firstLine: string;
  /** Processor time of it and its children so far, in seconds. */
  cpuSeconds(): number;
  /** Resident bytes of it and its children. */
  residentBytes(): number;
}

export interface LaunchOptions {
  readonly argv: readonly string[];
  /** The whole environment but `PATH`. */
  readonly env?: Readonly<Record<string, string>>;
  /** File for what it writes to stderr. */
  readonly log: string;
  /** Whether it serves; default: it does once it has written a line to stdout. */
  readonly isReady?: () => Promise<boolean>;
}

const PATIENCE_MS = 30_000;

/** Starts a server and waits until it serves. Fails with what it wrote to stderr, if it ends before. */
export async function launch({ argv, env, log, isReady }: LaunchOptions): Promise<ServerProcess> {
  const [command = '', ...args] = argv;
  const errors = openSync(log, 'a');
  const child = spawn(command, args, {
    stdio: ['ignore', isReady === undefined ? 'pipe' : errors, errors],
    env: { PATH: process.env['PATH'], ...env },
  });
  closeSync(errors);
  const exited = once(child, 'exit');
  const died = exited.then(() => {
    throw new Error(`${argv.join(' ')} ended:\n${readFileSync(log, 'utf8').slice(-2000)}`);
  });
  died.catch(() => {});
  const firstLine = await Promise.race([
    died,
    child.stdout === null
      ? untilReady(isReady).then(() => '')
      : once(createInterface({ input: child.stdout }), 'line').then(([text]) => String(text)),
  ]);
  const pid = child.pid ?? 0;
  return {
    pid,
    firstLine,
    cpuSeconds: () => sum(pid, cpuSecondsOf),
    residentBytes: () => sum(pid, residentBytesOf),
    async [Symbol.asyncDispose]() {
      child.kill();
      const timer = setTimeout(() => child.kill('SIGKILL'), 5_000);
      await exited;
      clearTimeout(timer);
    },
  };
}

async function untilReady(isReady: LaunchOptions['isReady']): Promise<void> {
  const deadline = performance.now() + PATIENCE_MS;
  while (!(await isReady?.())) {
    if (performance.now() > deadline) throw new Error('a peer does not begin to serve');
    await delay(20);
  }
}

function sum(pid: number, of: (pid: number) => number): number {
  return [pid, ...childrenOf(pid)].reduce((total, id) => total + of(id), 0);
}

function childrenOf(pid: number): number[] {
  const text = readFileSync(`/proc/${pid}/task/${pid}/children`, 'utf8').trim();
  return text === '' ? [] : text.split(' ').map(Number);
}

const TICKS_PER_SECOND = 100;
// Counted from the state, which follows the name in brackets.
const USER_TIME = 11;
const SYSTEM_TIME = 12;

function cpuSecondsOf(pid: number): number {
  const text = readFileSync(`/proc/${pid}/stat`, 'utf8');
  const fields = text.slice(text.lastIndexOf(')') + 2).split(' ');
  return (Number(fields[USER_TIME]) + Number(fields[SYSTEM_TIME])) / TICKS_PER_SECOND;
}

function residentBytesOf(pid: number): number {
  const text = readFileSync(`/proc/${pid}/status`, 'utf8');
  return Number(/^VmRSS:\s+(\d+) kB/m.exec(text)?.[1] ?? 0) * 1024;
}
