import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { createInterface } from 'node:readline';

/** A user who owns nothing; only root can become it. */
const NOBODY = 65534;

/** A process that uses the store, and says what it does line by line. */
export interface StoreProcess extends AsyncDisposable {
  readonly child: ChildProcess;
  /** The next line that it prints; undefined at its end. */
  line(): Promise<string | undefined>;
  /** All lines to its end. Fails if it does not end well. */
  lines(): Promise<readonly string[]>;
}

export interface StartOptions {
  /** As a user without rights, where the tests run as root. */
  readonly unprivileged?: boolean;
  /** Its errors are expected and not shown. Default: false. */
  readonly quiet?: boolean;
  /** Put in front of the command. */
  readonly under?: readonly string[];
}

/** Runs `test/store-process.ts` with `args`. */
export function startProcess(args: readonly string[], options: StartOptions = {}): StoreProcess {
  const script = join(import.meta.dirname, 'store-process.ts');
  const node = [process.execPath, '--conditions', '@modelkeep/source', script, ...args];
  const [command = '', ...rest] = [...(options.under ?? []), ...node];
  const drops = options.unprivileged === true && process.getuid?.() === 0;
  const child = spawn(command, rest, {
    stdio: ['pipe', 'pipe', options.quiet === true ? 'ignore' : 'inherit'],
    ...(drops ? { uid: NOBODY, gid: NOBODY } : {}),
  });
  const ended = once(child, 'close');
  const reader = createInterface({ input: child.stdout })[Symbol.asyncIterator]();
  const line = async (): Promise<string | undefined> => (await reader.next()).value;
  return {
    child,
    line,
    async lines() {
      const all: string[] = [];
      for (let next = await line(); next !== undefined; next = await line()) all.push(next);
      const [code, signal] = await ended;
      if (code !== 0) throw new Error(`The process ended with ${code ?? signal}`);
      return all;
    },
    async [Symbol.asyncDispose]() {
      child.kill('SIGKILL');
      await ended;
    },
  };
}
