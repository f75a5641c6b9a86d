import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { createRequire } from 'node:module';
import { dirname, extname, join } from 'node:path';
import { createInterface } from 'node:readline';
import { ModelkeepError } from '@modelkeep/core/spi';
import type { Fault } from '../faults/fault.ts';
import type { ConnectionCounts } from '../observing/counters.ts';

/** Counters of a fake Hub in another process. */
export interface FakeHubStats {
  readonly bodyBytes: number;
  readonly bytesByFile: Readonly<Record<string, number>>;
  readonly requests: number;
  readonly connections: { readonly hub: ConnectionCounts; readonly cdn: ConnectionCounts };
  readonly authorizationSeenOnCdn: boolean;
}

/** A fake Hub that runs in a process of its own, so that its work is not the caller's. Disposing of it ends it. */
export interface FakeHubProcess extends AsyncDisposable {
  readonly url: string;
  readonly cdnUrl: string;
  readonly controlUrl: string;
  readonly pid: number;
  /** Commit of each model by id. */
  readonly commits: Readonly<Record<string, string>>;
  stats(): Promise<FakeHubStats>;
  resetCounters(): Promise<void>;
  /** Turns faults on. */
  addFaults(...faults: Fault[]): Promise<void>;
  clearFaults(): Promise<void>;
  /** Any other action of the control address, such as `POST /stop`. */
  act(action: string, body?: unknown): Promise<unknown>;
}

/**
 * Starts `modelkeep-fake-hub` with its command-line arguments and waits until it serves.
 * Errors: `invalid-argument` with what it said, if it does not start.
 */
export async function launchFakeHub(args: readonly string[]): Promise<FakeHubProcess> {
  const index = createRequire(import.meta.url).resolve('@modelkeep/testkit/fake-hub');
  const main = join(dirname(index), `main${extname(index)}`);
  const conditions = main.endsWith('.ts') ? ['--conditions', '@modelkeep/source'] : [];
  const child = spawn(process.execPath, [...conditions, main, '--end-with-input', ...args], {
    // Its input ends with this process, however that ends.
    stdio: ['pipe', 'pipe', 'pipe'],
    env: { ...process.env, NODE_OPTIONS: '' },
  });
  let complaint = '';
  child.stderr.setEncoding('utf8').on('data', (text: string) => {
    complaint += text;
  });
  const exited = once(child, 'close');
  const lines = createInterface({ input: child.stdout });
  const first = await Promise.race([once(lines, 'line'), exited.then(() => undefined)]);
  if (first === undefined) {
    throw new ModelkeepError('invalid-argument', `The fake Hub did not start: ${complaint.trim()}`);
  }
  const facts = JSON.parse(String(first[0])) as Pick<
    FakeHubProcess,
    'url' | 'cdnUrl' | 'controlUrl' | 'commits'
  >;
  const act = (action: string, body?: unknown): Promise<unknown> =>
    control(facts.controlUrl, action, body);
  return {
    ...facts,
    pid: child.pid ?? 0,
    act,
    stats: async () => (await act('GET /stats')) as FakeHubStats,
    resetCounters: async () => void (await act('POST /reset')),
    addFaults: async (...faults) => void (await act('POST /faults', faults)),
    clearFaults: async () => void (await act('DELETE /faults')),
    [Symbol.asyncDispose]: async () => {
      child.kill();
      await exited;
    },
  };
}

async function control(base: string, action: string, body: unknown): Promise<unknown> {
  const [method = 'GET', path = '/'] = action.split(' ', 2);
  const request = body === undefined ? { method } : { method, body: JSON.stringify(body) };
  const response = await fetch(`${base}${path}`, request);
  const value: unknown = await response.json();
  if (!response.ok) {
    throw new ModelkeepError(
      'invalid-argument',
      `The fake Hub refused ${action}: ${JSON.stringify(value)}`,
    );
  }
  return value;
}
