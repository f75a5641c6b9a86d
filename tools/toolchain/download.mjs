import { spawnSync } from 'node:child_process';

// In CI nobody is there to try again when a registry or the network was away for a moment.
const PAUSES_S = process.env.CI ? [10, 60] : [];

/** Runs a command that downloads, in CI once more after each pause if it fails. */
export function download(command, args, options) {
  for (const pause of PAUSES_S) {
    const result = spawnSync(command, args, options);
    if (result.status === 0) return result;
    const said = `${result.stdout ?? ''}${result.stderr ?? ''}${result.error ?? ''}`;
    process.stderr.write(`${said}modelkeep: ${command} failed; once more in ${pause} s\n`);
    Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, pause * 1000);
  }
  return spawnSync(command, args, options);
}
