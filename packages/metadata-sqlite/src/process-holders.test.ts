import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { processHolders } from './process-holders.ts';

const onLinux = process.platform === 'linux';

/** This process as it describes itself, with something else in it. */
function described(other: object): string {
  return JSON.stringify({ ...JSON.parse(processHolders().self() ?? '{}'), ...other });
}

function startTimeOf(pid: number): string {
  const stat = readFileSync(`/proc/${pid}/stat`, 'utf8');
  return stat.slice(stat.lastIndexOf(')') + 2).split(' ')[19] ?? '';
}

describe.runIf(onLinux)('holders on this machine', () => {
  it('are not gone while they run', () => {
    const holders = processHolders();
    expect(holders.isGone(holders.self() ?? '')).toBe(false);
    const parent = described({ pid: process.ppid, startTime: startTimeOf(process.ppid) });
    expect(holders.isGone(parent)).toBe(false);
  });

  it('are gone when their id is free, or given to another process', async () => {
    const child = spawn(process.execPath, ['--eval', '']);
    await once(child, 'close');
    const holders = processHolders();
    expect(holders.isGone(described({ pid: child.pid }))).toBe(true);
    expect(holders.isGone(described({ startTime: '1' }))).toBe(true);
  });

  it('are gone when only their entry in the process table is left', async () => {
    const script = 'sleep 600 & echo $!; exec cat';
    const parent = spawn('sh', ['-c', script], { stdio: ['pipe', 'pipe', 'inherit'] });
    const [printed] = (await once(parent.stdout, 'data')) as [Buffer];
    const pid = Number(printed.toString());
    // From its echo on it is one that waits for no child.
    parent.stdin.write('echo');
    await once(parent.stdout, 'data');
    const holder = described({ pid, startTime: startTimeOf(pid) });
    const holders = processHolders();
    expect(holders.isGone(holder)).toBe(false);
    process.kill(pid, 'SIGKILL');
    await expect.poll(() => holders.isGone(holder)).toBe(true);
    expect(readFileSync(`/proc/${pid}/stat`, 'utf8')).toContain(' Z ');
    parent.kill('SIGKILL');
    await once(parent, 'close');
  });
});

describe('holders elsewhere, or not understood', () => {
  it('are never called gone', () => {
    const holders = processHolders();
    const dead = { pid: 2 ** 22 - 1, startTime: '1' };
    const strangers = [
      described({ ...dead, bootId: 'another boot' }),
      described({ ...dead, pidNamespace: 'pid:[1]' }),
      described({ pid: 0 }),
      described({ pid: -1 }),
      described({ pid: '1' }),
      '{}',
      'null',
      '',
      'not JSON',
    ];
    for (const stranger of strangers) expect(holders.isGone(stranger), stranger).toBe(false);
  });
});
