import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { closeSync, openSync, readFileSync } from 'node:fs';
import { join } from 'node:path';

/** A whole command, as a person would run it. */
export interface Command {
  readonly argv: readonly string[];
  /** The whole environment but `PATH` and `HOME`. */
  readonly env?: Readonly<Record<string, string>>;
  readonly cwd?: string;
}

export interface Usage {
  readonly seconds: number;
  readonly cpuSeconds: number;
  /** Peak resident bytes of the largest process of the command. */
  readonly peakBytes: number;
}

/** Runs a command to its end under GNU time. Fails with what it wrote to stderr, if it fails. */
export async function runCommand(command: Command, scratch: string): Promise<Usage> {
  const usageFile = join(scratch, 'usage.txt');
  const errorFile = join(scratch, 'stderr.txt');
  const errors = openSync(errorFile, 'w');
  const argv = ['-f', '%U %S %M', '-o', usageFile, ...command.argv];
  const startedAt = performance.now();
  const child = spawn('/usr/bin/time', argv, {
    stdio: ['ignore', 'ignore', errors],
    cwd: command.cwd ?? scratch,
    env: { PATH: process.env['PATH'], HOME: join(scratch, 'home'), ...command.env },
  });
  const [status] = (await once(child, 'exit')) as [number | null];
  const seconds = (performance.now() - startedAt) / 1000;
  closeSync(errors);
  if (status !== 0) {
    throw new Error(
      `${command.argv.join(' ')} ended with ${status}:\n${readFileSync(errorFile, 'utf8').slice(-2000)}`,
    );
  }
  const [user = 0, system = 0, peak = 0] = readFileSync(usageFile, 'utf8')
    .trim()
    .split(' ')
    .map(Number);
  return { seconds, cpuSeconds: user + system, peakBytes: peak * 1024 };
}
