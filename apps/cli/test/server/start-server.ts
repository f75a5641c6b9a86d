import type { ChildProcessWithoutNullStreams } from 'node:child_process';
import { once } from 'node:events';
import { createInterface } from 'node:readline';
import type { Bench } from '../modelkeep.ts';

/** A started `modelkeep serve`. */
export interface RunningServer extends AsyncDisposable {
  readonly url: string;
  /** Where the admin page opens for an administrator; null where there is no page. */
  readonly admin: string | null;
  readonly child: ChildProcessWithoutNullStreams;
  /** What it wrote to stderr so far. */
  log(): string;
  /** Sends the signal and waits for the end. Returns the exit status. */
  end(signal: NodeJS.Signals): Promise<number | null>;
}

/** Starts the built server on the bench's store, on a free port. */
export async function startServer(
  bench: Bench,
  options: { readonly args?: readonly string[]; readonly env?: Record<string, string> } = {},
): Promise<RunningServer> {
  const { child, finished } = bench.start(
    ['serve', '--port', '0', '--json', ...(options.args ?? [])],
    options.env === undefined ? {} : { env: options.env },
  );
  let log = '';
  child.stderr.on('data', (chunk: Buffer) => {
    log += chunk.toString('utf8');
  });
  const lines = createInterface({ input: child.stdout });
  const [line] = (await Promise.race([
    once(lines, 'line'),
    finished.then(({ stderr }) => {
      throw new Error(`the server ended: ${stderr}`);
    }),
  ])) as [string];
  const { url, admin } = JSON.parse(line) as { url: string; admin: string | null };
  const end = async (signal: NodeJS.Signals): Promise<number | null> => {
    child.kill(signal);
    return (await finished).status;
  };
  return {
    url,
    admin,
    child,
    log: () => log,
    end,
    [Symbol.asyncDispose]: async () => {
      if (child.exitCode === null) await end('SIGKILL');
    },
  };
}
