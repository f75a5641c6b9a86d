import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { requires } from '@modelkeep/test-requirements';
import { type FakeHub, startFakeHub } from '@modelkeep/testkit/fake-hub';
import { afterAll, afterEach, beforeAll, beforeEach, expect, it } from 'vitest';
import { type Bench, createBench, MAIN } from './modelkeep.ts';

requires('script');

const MIB = 1024 * 1024;
const CTRL_C = '\u0003';
const HIDE_CURSOR = '\u001b[?25l';
const SHOW_CURSOR = '\u001b[?25h';

let hub: FakeHub;
let bench: Bench;

beforeAll(async () => {
  hub = await startFakeHub({ bytesPerSecond: 2 * MIB });
  await hub.addModel({
    id: 'org/big',
    files: { 'a.safetensors': { generated: { size: 16 * MIB, seed: 3 } }, 'b.json': '{}' },
  });
});
afterAll(() => hub[Symbol.asyncDispose]());
beforeEach(async () => {
  bench = await createBench({ HF_ENDPOINT: hub.url });
});
afterEach(() => bench[Symbol.asyncDispose]());

/** Runs a command on a terminal of its own; `react` types what it returns whenever something was shown. */
async function onTerminal(
  args: readonly string[],
  react: (shown: string) => string | undefined = () => undefined,
): Promise<{ status: unknown; shown: string }> {
  const command = [process.execPath, MAIN, ...args].join(' ');
  const child = spawn('script', ['--quiet', '--return', '--command', command, '/dev/null'], {
    env: {
      PATH: process.env['PATH'],
      TERM: 'xterm',
      SHELL: '/bin/sh',
      HOME: bench.folder,
      MODELKEEP_HOME: bench.home,
      HF_ENDPOINT: hub.url,
    },
  });
  let shown = '';
  let typed = false;
  child.stdout.setEncoding('utf8').on('data', (text: string) => {
    shown += text;
    const answer = typed ? undefined : react(shown);
    if (answer === undefined) return;
    typed = true;
    child.stdin.write(answer);
  });
  const [status] = await once(child, 'close');
  return { status, shown };
}

it('shows bars while it pulls, and nothing of them in the end', async () => {
  const { status, shown } = await onTerminal(['pull', 'org/big']);
  expect(status).toBe(0);
  expect(shown).toMatch(/[█░]{24} +\d+% org\/big {2}.* of 16\.8 MB/);
  expect(shown).toMatch(/[█░]{24} +\d+% .* of 16\.8 MB {2}a\.safetensors/);
  expect(shown).toContain(HIDE_CURSOR);
  const end = shown.slice(shown.lastIndexOf(SHOW_CURSOR));
  expect(end).toMatch(/org\/big \w{12}: 2 files, 16\.8 MB/);
  expect(end).not.toContain('█');
});

it('stops at Ctrl-C, restores the terminal and says how to resume', async () => {
  // Not over before the key arrives.
  const hold = hub.faults.add({ kind: 'bandwidth', bytesPerSecond: 65_536, match: 'org/big/*' });
  const { status, shown } = await onTerminal(['pull', 'org/big'], (text) =>
    text.includes('a.safetensors') ? CTRL_C : undefined,
  );
  hold.remove();
  expect(status).toBe(130);
  const end = shown.slice(shown.lastIndexOf(SHOW_CURSOR));
  expect(end).toContain('resume with: modelkeep pull org/big');
});

it('asks before it removes', async () => {
  await bench.json(['pull', 'org/big']);
  const asked = (text: string): boolean => text.includes('Remove from the cache? [y/N]');
  await onTerminal(['rm', 'org/big'], (text) => (asked(text) ? 'n\r' : undefined));
  expect((await bench.run(['path', 'org/big'])).status).toBe(0);
  const stopped = await onTerminal(['rm', 'org/big'], (text) => (asked(text) ? CTRL_C : undefined));
  expect(stopped.status).toBe(130);
  const removed = await onTerminal(['rm', 'org/big'], (text) => (asked(text) ? 'y\r' : undefined));
  expect(removed.shown).toContain('removed org/big: 16.8 MB freed');
});

it('writes no archive to a terminal', async () => {
  await bench.json(['pull', 'org/big']);
  const { status, shown } = await onTerminal(['export', 'org/big', '-o', '-']);
  expect(status).toBe(2);
  expect(shown).toContain('an archive is no text for a terminal');
});
