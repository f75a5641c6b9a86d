import { readdir, readlink } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { type FakeHub, startFakeHub } from '@modelkeep/testkit/fake-hub';
import type { Bench } from '../modelkeep.ts';
import { type ModelFiles, madeUpBytes } from './model-files.ts';
import { TOKEN } from './pulls.ts';

/** Less than the ten seconds that a process waits for the index. */
const STOPPED_MS = 7000;

export type Started = ReturnType<Bench['start']>;

/** A model on a Hub that gives so little on each connection that nothing waits in the buffers of a socket. */
export interface SlowModel extends AsyncDisposable {
  readonly hub: FakeHub;
  readonly id: string;
  readonly commit: string;
  readonly files: ModelFiles;
  readonly bytes: number;
  /** Resolves when this share of all bytes has gone out. Fails if the commands end before. */
  sent(share: number, ...commands: readonly Started[]): Promise<void>;
}

export async function slowModel(
  weightBytes: number,
  bytesPerSecond: number,
  smallFiles: ModelFiles = {},
): Promise<SlowModel> {
  const hub = await startFakeHub({ bytesPerSecond });
  hub.addToken(TOKEN);
  const id = 'org/slow';
  const files = { 'model.safetensors': madeUpBytes('slow', weightBytes), ...smallFiles };
  const bytes = Object.values(files).reduce((sum, content) => sum + content.length, 0);
  return {
    hub,
    id,
    files,
    bytes,
    commit: await hub.addModel({ id, files }),
    async sent(share, ...commands) {
      while (hub.bodyBytes() < share * bytes) {
        await expectOneRunning(commands);
        await sleep(10);
      }
    },
    [Symbol.asyncDispose]: () => hub[Symbol.asyncDispose](),
  };
}

async function expectOneRunning(commands: readonly Started[]): Promise<void> {
  if (commands.some(({ child }) => child.exitCode === null && child.signalCode === null)) return;
  const [first] = commands;
  throw new Error(`all commands are over: ${(await first?.finished)?.stderr}`);
}

/** Which of the commands fetches: the one that has a partial file of the store open. */
export async function fetcherAmong(home: string, commands: readonly Started[]): Promise<Started> {
  for (;;) {
    const found = await findFetcher(home, commands);
    if (found !== undefined) return found;
    await expectOneRunning(commands);
    await sleep(10);
  }
}

async function findFetcher(
  home: string,
  commands: readonly Started[],
): Promise<Started | undefined> {
  const partial = join(home, 'partial');
  for (const command of commands) {
    const folder = `/proc/${command.child.pid}/fd`;
    for (const fd of await readdir(folder).catch(() => [])) {
      const path = await readlink(join(folder, fd)).catch(() => '');
      if (path.startsWith(partial) && path.endsWith('.data')) return command;
    }
  }
  return undefined;
}

/**
 * Stops a command until one of the others fetches instead. One that was stopped in the middle of a transaction holds up all
 * who use the index, and is woken up before they give up waiting, to be stopped elsewhere.
 */
export async function stopUntilTaken(
  home: string,
  { child }: Started,
  others: readonly Started[],
): Promise<void> {
  for (;;) {
    child.kill('SIGSTOP');
    for (const end = performance.now() + STOPPED_MS; performance.now() < end; await sleep(10)) {
      if ((await findFetcher(home, others)) !== undefined) return;
    }
    await expectOneRunning(others);
    child.kill('SIGCONT');
    await sleep(100);
  }
}
