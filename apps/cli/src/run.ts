import { type Command, CommanderError } from 'commander';
import { addCompletion } from './add-completion.ts';
import {
  type CommandContext,
  type ContextHandle,
  createContext,
  type GlobalOptions,
  reportFailure,
} from './context.ts';
import { DONE, INTERRUPTED, USAGE } from './exit-status.ts';
import { UsageError } from './failure.ts';
import type { Host } from './host.ts';
import { buildProgram } from './program.ts';

/** Runs one command and returns the exit status. */
export async function run(args: readonly string[], host: Host): Promise<number> {
  let handle: ContextHandle | undefined;
  const json = args.includes('--json') || logsJson(args);
  const open = (options: GlobalOptions): CommandContext => {
    handle = createContext(host, options);
    return handle.context;
  };
  const program = buildProgram(host, open, args[0]);
  addCompletion(program, host.stdout, open, () => buildProgram(host, open));
  let status: number;
  try {
    await program.parseAsync(args, { from: 'user' });
    status = handle?.status() ?? DONE;
  } catch (error) {
    const interrupted = host.signal.aborted && handle?.interruptMessage() !== undefined;
    status = interrupted ? INTERRUPTED : report(error, host, json, helpFor(program, args));
  }
  const message = handle === undefined ? '' : handle.interruptMessage();
  if (host.signal.aborted && message !== undefined) {
    status = INTERRUPTED;
    reportInterrupt(host, json, message);
  }
  return close(handle, host, json, status);
}

/** `serve --log json`: each line is an object, also that of a server that cannot start. */
function logsJson(args: readonly string[]): boolean {
  const isJson = args.some(
    (arg, at) => arg === '--log=json' || (arg === 'json' && args[at - 1] === '--log'),
  );
  return isJson && args.includes('serve');
}

/** The call that says what could have been meant. */
function helpFor(program: Command, args: readonly string[]): string {
  const known = program.commands.map((command) => command.name());
  const command = args.find((arg) => known.includes(arg));
  return `modelkeep ${command === undefined ? '' : `${command} `}--help`;
}

function report(error: unknown, host: Host, json: boolean, help: string): number {
  if (!(error instanceof CommanderError)) return reportFailure(host, error, json);
  // Help and --version come as errors too.
  if (error.exitCode === 0) return DONE;
  if (error.code === 'commander.help') return USAGE;
  const message = error.message.replace(/^error: /, '').replaceAll('\n', ' ');
  return reportFailure(host, new UsageError(message, `\`${help}\` says what is possible`), json);
}

function reportInterrupt(host: Host, json: boolean, message: string): void {
  host.stderr.write(
    json
      ? `${JSON.stringify({ error: { code: 'interrupted', message, details: {} } })}\n`
      : `interrupted: ${message}\n`,
  );
}

async function close(
  handle: ContextHandle | undefined,
  host: Host,
  json: boolean,
  status: number,
): Promise<number> {
  try {
    await handle?.close();
    return status;
  } catch (error) {
    const failed = reportFailure(host, error, json);
    return status === DONE ? failed : status;
  }
}
