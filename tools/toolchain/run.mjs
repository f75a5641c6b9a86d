import { spawn } from 'node:child_process';

const SIGNALS = ['SIGINT', 'SIGTERM', 'SIGHUP'];

/** Runs a command in place of this process: same streams, signals passed on, same exit status. */
export function run(command, args, options) {
  const child = spawn(command, args, {
    stdio: 'inherit',
    shell: process.platform === 'win32',
    ...options,
  });
  for (const signal of SIGNALS) {
    process.on(signal, () => {
      if (signal !== 'SIGINT' || !onTerminal()) child.kill(signal);
    });
  }
  child.on('error', fail);
  child.on('exit', (status, signal) => {
    if (signal === null) {
      process.exitCode = status;
      return;
    }
    process.removeAllListeners(signal);
    process.kill(process.pid, signal);
  });
}

// A terminal sends Ctrl-C to the child as well; a second one would mean 'at once, whatever it costs'.
function onTerminal() {
  return [process.stdin, process.stdout, process.stderr].some((stream) => stream.isTTY);
}

/** Says why the set-up failed and ends this process. */
export function fail(error) {
  process.stderr.write(`modelkeep: ${error instanceof Error ? error.message : error}\n`);
  process.exit(1);
}
