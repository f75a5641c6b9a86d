import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdir } from 'node:fs/promises';
import { runProgram } from './programs.ts';

/** A small file system that only the commands run under it see. It goes with the test. */
export interface Volume extends AsyncDisposable {
  /** Where those commands find it. */
  readonly path: string;
  /** The same folder for the test itself. */
  readonly view: string;
  /** Runs a command where the volume is. */
  readonly under: readonly string[];
  /** Changes options of the mount: `size=64m`, `ro`. */
  remount(options: string): Promise<void>;
}

/** Mounts a tmpfs at `path`; `options` such as `size=16m`. */
export async function mountVolume(path: string, options: string): Promise<Volume> {
  await mkdir(path, { recursive: true });
  const script = `mount -t tmpfs -o mode=755,${options} tmpfs "$1" && echo mounted && exec sleep infinity`;
  const keeper = spawn('unshare', ['--mount', 'sh', '-c', script, 'sh', path], {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  const [said] = await Promise.race([once(keeper.stdout, 'data'), once(keeper, 'exit')]);
  if (String(said) !== 'mounted\n') throw new Error(`no volume at ${path}: ${said}`);
  const under = ['nsenter', `--target=${keeper.pid}`, '--mount', `--wd=/proc/self/cwd`];
  return {
    path,
    view: `/proc/${keeper.pid}/root${path}`,
    under,
    remount: async (changed) => {
      const [program = '', ...rest] = under;
      await runProgram(program, [...rest, 'mount', '-o', `remount,${changed}`, path]);
    },
    async [Symbol.asyncDispose]() {
      keeper.kill('SIGKILL');
      if (keeper.exitCode === null && keeper.signalCode === null) await once(keeper, 'exit');
    },
  };
}
