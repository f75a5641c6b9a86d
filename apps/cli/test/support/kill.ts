import type { Bench, Finished } from '../modelkeep.ts';
import type { Dice } from './seeded.ts';
import { countCalls, runInjected } from './strace.ts';

/** The calls that change what is on a disk. Those that this machine does not use are never counted. */
const CALLS = [
  ...['fsync', 'fdatasync', 'ftruncate', 'pwrite64', 'pwritev'],
  ...['rename', 'renameat', 'renameat2', 'link', 'linkat', 'symlink', 'symlinkat'],
  ...['unlink', 'unlinkat', 'rmdir', 'mkdir', 'mkdirat'],
];

/** A moment in the run of a command. */
export type KillPoint =
  | { readonly kind: 'time'; readonly ms: number }
  | { readonly kind: 'call'; readonly call: string; readonly when: number };

export function describePoint(point: KillPoint): string {
  return point.kind === 'time' ? `after ${point.ms} ms` : `at ${point.call} ${point.when}`;
}

/** What a command does when nobody kills it. */
export interface Course {
  readonly ms: number;
  readonly calls: readonly (readonly [call: string, count: number])[];
}

/** Watches a command twice; `reset` makes the state from which it is run. */
export async function watchCourse(
  bench: Bench,
  args: readonly string[],
  reset: () => Promise<void>,
): Promise<Course> {
  await reset();
  const startedAt = performance.now();
  await bench.json(args);
  const ms = performance.now() - startedAt;
  await reset();
  return { ms, calls: [...(await countCalls(bench, args, CALLS))] };
}

/** A place anywhere in the course: a moment, or one of the calls, every kind of call as likely as the others. */
export function choosePoint(dice: Dice, course: Course): KillPoint {
  if (dice.below(2) === 0)
    return { kind: 'time', ms: 30 + dice.below(Math.max(1, course.ms - 30)) };
  const [call, count] = dice.pick(course.calls);
  return { kind: 'call', call, when: 1 + dice.below(count) };
}

/** The same kind of point, earlier: for a run that was over before it came. */
export function earlier(point: KillPoint): KillPoint {
  if (point.kind === 'time') return { ...point, ms: Math.floor(point.ms * 0.8) };
  if (point.when === 1) return { kind: 'time', ms: 100 };
  return { ...point, when: Math.floor(point.when / 2) };
}

/** Runs the command and kills it. False if it ended before. */
export async function runAndKill(
  bench: Bench,
  args: readonly string[],
  point: KillPoint,
): Promise<boolean> {
  const { status } = await (point.kind === 'time'
    ? killAfter(bench, args, point.ms)
    : runInjected(bench, args, { call: point.call, what: 'signal=KILL', when: `${point.when}` }));
  return status === null;
}

async function killAfter(bench: Bench, args: readonly string[], ms: number): Promise<Finished> {
  const { child, finished } = bench.start(args);
  const timer = setTimeout(() => child.kill('SIGKILL'), ms);
  try {
    return await finished;
  } finally {
    clearTimeout(timer);
  }
}
