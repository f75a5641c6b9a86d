import { Writable } from 'node:stream';
import type { CacheEventListener } from '@modelkeep/core';
import { describe, expect, it } from 'vitest';
import { pullResult } from '../../test/fake-cache.ts';
import { type RunOptions, runCommand } from '../../test/run-command.ts';
import { createMeter } from './meter.ts';
import { type ProgressEvent, summarize } from './progress.ts';
import { createBars, progressRows } from './progress-bars.ts';
import { createLines } from './progress-lines.ts';

const event = (changes: Partial<ProgressEvent> = {}): ProgressEvent => ({
  type: 'progress',
  doneBytes: 500_000,
  totalBytes: 2_000_000,
  doneFiles: 1,
  totalFiles: 3,
  active: [],
  ...changes,
});

describe('a summary', () => {
  it('has bytes, speed, time left and files', () => {
    expect(summarize(event(), 100_000)).toEqual([
      '500 kB of 2.00 MB',
      '100 kB/s',
      '15 s left',
      '1 of 3 files',
    ]);
  });

  it('leaves out what is not known', () => {
    const { totalBytes: _bytes, totalFiles: _files, ...unknown } = event();
    expect(summarize(unknown, 1000)).toEqual(['500 kB', '1.00 kB/s', '1 file']);
    expect(summarize(event(), undefined)).toEqual(['500 kB of 2.00 MB', '1 of 3 files']);
    expect(summarize(event(), 0)).not.toContain('left');
  });
});

describe('a meter', () => {
  it('measures the last seconds only', () => {
    const meter = createMeter();
    expect(meter.bytesPerSecond()).toBeUndefined();
    meter.add(0, 0);
    expect(meter.bytesPerSecond()).toBeUndefined();
    meter.add(1000, 1000);
    expect(meter.bytesPerSecond()).toBe(1000);
    meter.add(1000, 6000);
    meter.add(1000, 7000);
    expect(meter.bytesPerSecond()).toBe(0);
  });
});

describe('bars', () => {
  it('are one for the whole and one for each of five files, none wider than the terminal', () => {
    const active = Array.from({ length: 7 }, (_, index) => ({
      path: `a/very/long/folder/name/that/goes/on/and/on/model-0000${index}\u001b.safetensors`,
      doneBytes: index,
      totalBytes: 10,
    }));
    const rows = progressRows(event({ active }), summarize(event(), 100_000), 'org/m', 90);
    expect(rows).toHaveLength(6);
    expect(rows[0]).toMatch(/^█{6}░{18} {2}25% org\/m {2}500 kB of 2\.00 MB/);
    expect(rows[2]).toMatch(/^ {2}█{2}░{22} {2}10% 1 B of 10 B {2}….*\\u001b\.safetensors$/);
    for (const row of rows) expect(row.length).toBeLessThan(90);
  });

  it('are drawn, with lines above them, and cleared in the end', async () => {
    let text = '';
    const output = new Writable({
      write(chunk: Buffer, _encoding, done) {
        text += chunk.toString();
        done();
      },
    });
    const view = createBars(Object.assign(output, { isTTY: true, columns: 80 }), 'org/m');
    view.show(event(), ['500 kB of 2.00 MB']);
    await expect.poll(() => text).toContain('25% org/m  500 kB of 2.00 MB');
    view.log?.('odd\n');
    view.stop();
    expect(text).toContain('odd\n');
    expect(text.lastIndexOf('\u001b[0J')).toBeGreaterThan(text.lastIndexOf('25% org/m'));
  });

  it('have no share where the total is not known', () => {
    const { totalBytes: _, ...unknown } = event();
    expect(progressRows(unknown, ['500 kB'], 'm', 80)).toEqual(['m  500 kB']);
  });
});

describe('lines', () => {
  it('come every few seconds at most', () => {
    const lines: string[] = [];
    let now = 0;
    const view = createLines(
      (line) => lines.push(line),
      'm',
      () => now,
    );
    for (now = 0; now <= 11_000; now += 100) view.show(event(), ['500 kB of 2.00 MB']);
    expect(lines).toEqual(['m: 25 %, 500 kB of 2.00 MB', 'm: 25 %, 500 kB of 2.00 MB']);
  });
});

describe('what is shown', () => {
  const stderr = async (args: readonly string[], options: RunOptions): Promise<string> => {
    const outcome = await runCommand(['pull', 'm', ...args], {
      cache: {
        pullModel: (name, { onEvent } = {}) => {
          const emit: CacheEventListener = onEvent ?? ((): undefined => undefined);
          emit({ type: 'retry', path: 'a.bin', attempt: 1, delayMs: 10, reason: 'x' });
          emit({ type: 'retry', path: 'b.bin', attempt: 2, delayMs: 2000, reason: 'cut off' });
          emit({ type: 'warning', message: 'odd' });
          emit(event());
          return Promise.resolve(pullResult(name));
        },
      },
      ...options,
    });
    return outcome.stderr;
  };

  it('on a terminal is bars, which are gone in the end', async () => {
    const text = await stderr([], { terminal: { stderr: true } });
    expect(text).toMatch(/^b\.bin: try 2 in 2 s: cut off\n.*odd\n/);
    expect(text).toContain('\u001b[?25h');
  });

  it('elsewhere is lines', async () => {
    const text = await stderr([], {});
    expect(text).toContain('b.bin: try 2 in 2 s: cut off\nwarning: odd\n');
    expect(text).not.toContain('a.bin');
    expect(text).not.toContain('\u001b');
  });

  it('is nothing with --quiet, and only JSON with --json', async () => {
    expect(await stderr(['-q'], { terminal: { stderr: true } })).toBe('');
    expect(await stderr(['--json'], {})).toBe('{"warning":"odd"}\n');
  });
});
