import type { EvictionReport, EvictOptions } from '@modelkeep/core';
import { describe, expect, it } from 'vitest';
import { runCommand } from '../../test/run-command.ts';

describe('evict', () => {
  const choice = {
    reason: 'pinned' as const,
    why: 'pinned',
    evicted: false,
    sizeInBytes: 2000,
    freedBytes: 0,
    lastUsed: Date.now(),
  };
  const report: EvictionReport = {
    dryRun: true,
    usedBytes: 9000,
    targetBytes: 5000,
    unreferencedBytes: 500,
    freedBytes: 3500,
    choices: [
      {
        ...choice,
        ...{ key: 'hf@org/old', evicted: true, reason: 'least-recently-used', freedBytes: 3000 },
        why: 'used 90 days ago',
      },
      { ...choice, key: 'hf@org/kept@v1' },
      { ...choice, key: 'hf@org/later', reason: 'enough' },
    ],
  };

  it('explains what goes and what stays', async () => {
    const cache = { evictModels: () => Promise.resolve(report) };
    const { stdout, stderr } = await runCommand(['evict', '--dry-run'], { cache });
    expect(stdout.split('\n')).toEqual([
      '         FREES     SIZE  USED      MODEL        WHY',
      'evict  3.00 kB  2.00 kB  just now  org/old      used 90 days ago',
      'keep         -  2.00 kB  just now  org/kept@v1  pinned',
      '',
      '500 B that nothing referred to',
      'would evict 1 model: 3.50 kB to free, 5.50 kB left of 9.00 kB',
      '',
    ]);
    expect(stderr).toContain('1 model used later: not needed');
    expect(stderr).toContain('500 B more than 5.00 kB: the rest has to stay');
    const json = await runCommand(['evict', '--json'], { cache });
    expect(JSON.parse(json.stdout)).toEqual(report);
  });

  it('passes on what was asked for, and refuses what is no size or time', async () => {
    const asked: unknown[] = [];
    const cache = {
      evictModels: ({ signal: _, onEvent: __, ...options }: EvictOptions = {}) => {
        asked.push(options);
        return Promise.resolve(report);
      },
    };
    const words = '--to 1.5GB --connection c --unused-for 90d --imported'.split(' ');
    await runCommand(['evict', ...words], { cache });
    await runCommand(['evict'], { cache });
    expect(asked).toEqual([
      ...[{ dryRun: false, imported: true, toBytes: 1.5e9, connection: 'c' }].map((first) => ({
        ...first,
        unusedForMs: 90 * 86_400_000,
      })),
      { dryRun: false, imported: false },
    ]);
    expect(await runCommand(['evict', '--to', '10%'], { cache })).toMatchObject({ status: 2 });
    expect(await runCommand(['evict', '--unused-for', 'long'], { cache })).toMatchObject({
      status: 2,
    });
  });
});
