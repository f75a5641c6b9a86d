import { type ChildProcess, type SpawnOptions, spawn } from 'node:child_process';
import { once } from 'node:events';
import { setTimeout as sleep } from 'node:timers/promises';
import { freePort } from './ports.ts';

const START_MS = 60_000;
const ATTEMPTS = 5;

export interface ServerProcess {
  readonly child: ChildProcess;
  readonly port: number;
  /** Sends `signal` and waits for the end. */
  end(signal?: NodeJS.Signals): Promise<void>;
}

/**
 * Starts a program on a free port, or on `port`, and waits until `isReady` says that it serves.
 *
 * @throws Error with what the program printed, where it ends instead.
 */
export async function startServer(
  command: (port: number) => readonly [string, ...string[]],
  isReady: (port: number) => Promise<boolean>,
  options: SpawnOptions & { readonly port?: number } = {},
): Promise<ServerProcess> {
  const { port: wanted, ...spawning } = options;
  for (let attempt = 1; ; attempt += 1) {
    const port = wanted ?? (await freePort());
    const [program, ...args] = command(port);
    const child = spawn(program, args, { ...spawning, stdio: ['ignore', 'pipe', 'pipe'] });
    const printed: string[] = [];
    const keep = (text: Buffer): void => {
      printed.push(text.toString());
      if (printed.length > 50) printed.shift();
    };
    child.stdout?.on('data', keep);
    child.stderr?.on('data', keep);
    const spawned = new Promise<void>((resolve, reject) => {
      child.once('spawn', resolve);
      child.once('error', reject);
    });
    await spawned;
    const server: ServerProcess = { child, port, end: (signal) => endChild(child, signal) };
    if (await becomesReady(child, () => isReady(port))) return server;
    await server.end('SIGKILL');
    if (attempt >= ATTEMPTS) throw new Error(`${program} does not start:\n${printed.join('')}`);
    // A port that is given may be free again soon.
    await sleep(attempt * 500);
  }
}

async function becomesReady(
  child: ChildProcess,
  isReady: () => Promise<boolean>,
): Promise<boolean> {
  const deadline = Date.now() + START_MS;
  while (Date.now() < deadline && !hasEnded(child)) {
    if (await isReady()) return !hasEnded(child);
    await sleep(20);
  }
  return false;
}

function hasEnded(child: ChildProcess): boolean {
  return child.exitCode !== null || child.signalCode !== null;
}

async function endChild(child: ChildProcess, signal: NodeJS.Signals = 'SIGTERM'): Promise<void> {
  if (hasEnded(child)) return;
  const ended = once(child, 'exit');
  child.kill(signal);
  await ended;
}
