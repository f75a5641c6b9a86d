import { spawnSync } from 'node:child_process';
import { mkdir, rm } from 'node:fs/promises';
import { join } from 'node:path';
import type { Contender, Row } from './row.ts';
import { runCommand, type Usage } from './run-command.ts';
import { median, medianRatio } from './statistics.ts';
import type { Tools } from './tools.ts';
import { warmMemory } from './warm-memory.ts';

export interface LimitResult {
  readonly row: string;
  readonly work: string;
  readonly oursName: string;
  readonly theirsName: string;
  readonly limit: number;
  /** Median seconds; undefined where the other tool is not installed. */
  readonly ours: number;
  readonly theirs: number | undefined;
  readonly ratio: number | undefined;
  readonly ratios: readonly number[];
  readonly cpuSeconds: number;
  /** Absent where the command is another's, and only the server ours. */
  readonly peakBytes: number | undefined;
}

export interface MeasureOptions {
  readonly folder: string;
  readonly tools: Tools;
  readonly pairs: number;
  readonly log: (line: string) => void;
}

async function timeOnce(contender: Contender, scratch: string, row: Row): Promise<Usage> {
  const command = await contender.prepare();
  // What the one before left to be written must not be paid for by this one.
  spawnSync('sync');
  warmMemory(row.memoryBytes ?? 0);
  const usage = await runCommand(command, scratch);
  await contender.check?.();
  return usage;
}

/** Times the contenders of one row in turn, as often as there are pairs. */
export async function measureRow(row: Row, options: MeasureOptions): Promise<LimitResult[]> {
  const { tools, pairs, log } = options;
  const folder = join(options.folder, row.id);
  const scratch = join(options.folder, 'scratch');
  await rm(folder, { recursive: true, force: true });
  await mkdir(folder, { recursive: true });
  await mkdir(join(scratch, 'home'), { recursive: true });
  const usages = new Map<string, Usage[]>();
  try {
    await using scene = await row.open({ folder, tools });
    const present = scene.contenders.filter(({ needs }) => tools.has(...needs));
    for (let round = 1; round <= pairs; round += 1) {
      for (const contender of present) {
        const usage = await timeOnce(contender, scratch, row);
        usages.set(contender.name, [...(usages.get(contender.name) ?? []), usage]);
        log(
          `${row.id} ${round}/${pairs} ${contender.name}: ${usage.seconds.toFixed(3)} s, ${usage.cpuSeconds.toFixed(2)} s CPU, ${Math.round(usage.peakBytes / 1e6)} MB`,
        );
      }
    }
    return scene.limits.map(({ work, ours, theirs, limit }) => {
      const own = usages.get(ours) ?? [];
      const other = usages.get(theirs);
      const seconds = own.map((usage) => usage.seconds);
      const others = other?.map((usage) => usage.seconds);
      return {
        row: row.id,
        work,
        oursName: ours,
        theirsName: theirs,
        limit,
        ours: median(seconds),
        theirs: others === undefined ? undefined : median(others),
        ratio: others === undefined ? undefined : medianRatio(seconds, others),
        ratios:
          others === undefined ? [] : seconds.map((value, index) => value / (others[index] ?? 1)),
        cpuSeconds: median(own.map((usage) => usage.cpuSeconds)),
        peakBytes: present.some((contender) => contender.name === ours && contender.ours)
          ? Math.max(...own.map((usage) => usage.peakBytes))
          : undefined,
      };
    });
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}
