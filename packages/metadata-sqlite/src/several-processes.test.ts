import { modelIds, tempFolder } from '@modelkeep/testkit/memory';
import { describe, expect, it } from 'vitest';
import { startProcess } from '../test/child-process.ts';
import { sqliteMetadata } from './index.ts';

const TIMEOUT = 300_000;

describe('several processes', { timeout: TIMEOUT }, () => {
  it('race for leases: each is granted once', async () => {
    await using folder = await tempFolder();
    const file = folder.join('index.db');
    const racers = Array.from({ length: 8 }, (_, index) =>
      startProcess(['race', file, `racer-${index}`, '50']),
    );
    const granted: string[] = [];
    await Promise.all(
      racers.map(async ({ line }) => {
        for (let next = await line(); next !== 'done'; next = await line()) {
          if (next === undefined) throw new Error('A racer ended too early');
          granted.push(next);
        }
      }),
    );
    for (const racer of racers) {
      racer.child.stdin?.end();
      await racer.lines();
    }
    const keys = granted.map((line) => line.split(' ')[0]);
    expect(keys.sort()).toEqual(Array.from({ length: 50 }, (_, round) => `race/${round}`).sort());
    expect(new Set(granted.map((line) => line.split(' ')[1])).size).toBe(50);
  });

  it('commit at once: nothing is lost', async () => {
    await using folder = await tempFolder();
    const file = folder.join('deeper', 'index.db');
    const writers = Array.from({ length: 4 }, (_, index) =>
      startProcess(['write', file, `writer-${index}`, '50']),
    );
    const written = (await Promise.all(writers.map((writer) => writer.lines()))).flat();
    expect(written).toHaveLength(200);
    const store = sqliteMetadata({ file });
    await store.open();
    expect(await modelIds(store)).toEqual([...written].sort());
    await store.close();
  });

  it('leave all that was acknowledged when they are killed', async () => {
    await using folder = await tempFolder();
    const file = folder.join('index.db');
    for (let round = 0; round < 5; round += 1) {
      await using writer = startProcess(['write', file, `round-${round}`, '100000']);
      const acknowledged: string[] = [];
      while (acknowledged.length < 10 + round * 7) acknowledged.push((await writer.line()) ?? '');
      writer.child.kill('SIGKILL');
      for (let line = await writer.line(); line !== undefined; line = await writer.line()) {
        acknowledged.push(line);
      }
      const store = sqliteMetadata({ file });
      await store.open();
      expect(await modelIds(store)).toEqual(expect.arrayContaining(acknowledged));
      await store.close();
    }
  });

  it('take over at once from a killed holder, and not from one that only sleeps', async () => {
    await using folder = await tempFolder();
    const file = folder.join('index.db');
    await using holder = startProcess(['hold', file, 'holder']);
    expect(await holder.line()).toBe('holds');
    const store = sqliteMetadata({ file });
    await store.open();
    const request = { owner: 'next', ttlMs: TIMEOUT };
    holder.child.kill('SIGSTOP');
    expect(await store.acquireLeases(['held'], request)).toEqual([]);
    expect(await store.leasedBytes('next')).toBe(5);
    holder.child.kill('SIGKILL');
    await holder[Symbol.asyncDispose]();
    expect(await store.leasedBytes('next')).toBe(0);
    expect(await store.acquireLeases(['held'], request)).toMatchObject([
      { key: 'held', owner: 'next', takenOver: process.platform === 'linux' ? 'dead' : 'expired' },
    ]);
    await store.close();
  });
});
