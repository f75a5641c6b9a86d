import type { ModelCache } from '@modelkeep/core';
import picocolors from 'picocolors';
import { DONE, exitStatus } from './exit-status.ts';
import { debugText, describeFailure } from './failure.ts';
import type { Host, OpenCacheOptions, Output } from './host.ts';
import { printable } from './output/printable.ts';

export type Style = ReturnType<typeof picocolors.createColors>;

export interface GlobalOptions {
  readonly json?: boolean;
  readonly quiet?: boolean;
  readonly config?: string;
  readonly home?: string;
  readonly server?: string;
}

/** What a command works with. */
export interface CommandContext {
  readonly host: Host;
  readonly json: boolean;
  readonly quiet: boolean;
  /** `--config` and `--home`, where they were given. */
  readonly place: Pick<OpenCacheOptions, 'config' | 'home'>;
  /** The server that the command is for, if it is not this machine's cache. */
  readonly server: string | undefined;
  readonly signal: AbortSignal;
  readonly style: Style;
  /** The cache, opened at the first call. `archives`: whether archives will be read or written. */
  cache(options?: { readonly archives?: boolean }): Promise<ModelCache>;
  /** The one document of `--json`. */
  printJson(value: unknown): void;
  /** A line of the answer, on stdout. */
  print(line: string): void;
  /** A line that only confirms: on stdout, unless quiet or `--json`. */
  confirm(line: string): void;
  /** A line beside the answer: on stderr, unless quiet or `--json`. */
  note(line: string): void;
  warn(message: string): void;
  /** Reports an error without ending the command; the exit status is that of the first one. */
  fail(error: unknown): void;
  /** The exit status of a command that ends without an error. */
  setStatus(status: number): void;
  /** Sends what goes to stderr elsewhere, while something else draws there. */
  divert(sink: ((text: string) => void) | undefined): void;
  /** What an interrupt leaves, and how to go on. */
  onInterrupt(message: string): void;
  /** An interrupt is how this command ends, and no failure. */
  endOnInterrupt(): void;
}

/** A context, and what its owner needs to end it. */
export interface ContextHandle {
  readonly context: CommandContext;
  status(): number;
  /** Undefined if an interrupt is how the command ends. */
  interruptMessage(): string | undefined;
  close(): Promise<void>;
}

export function createContext(host: Host, options: GlobalOptions): ContextHandle {
  const json = options.json ?? false;
  const quiet = options.quiet ?? false;
  const place = {
    ...(options.config === undefined ? {} : { config: options.config }),
    ...(options.home === undefined ? {} : { home: options.home }),
  };
  const server = options.server ?? (host.env['MODELKEEP_SERVER'] || undefined);
  const style = styleFor(host, host.stdout);
  const errorStyle = styleFor(host, host.stderr);
  let opening: Promise<ModelCache> | undefined;
  let toStderr = (text: string): void => void host.stderr.write(text);
  let status = DONE;
  let interruptMessage: string | undefined = 'run the same command again to start over';

  const context: CommandContext = {
    host,
    json,
    quiet,
    place,
    server,
    signal: host.signal,
    style,
    cache({ archives = false } = {}) {
      opening ??= host.openCache({
        archives,
        ...place,
        ...(server === undefined ? {} : { server }),
      });
      return opening;
    },
    printJson: (value) => {
      // Indented for people only: it takes three times as long.
      const indent = host.stdout.isTTY === true ? 2 : 0;
      host.stdout.write(`${JSON.stringify(value, null, indent)}\n`);
    },
    print: (line) => {
      host.stdout.write(`${line}\n`);
    },
    confirm: (line) => {
      if (!quiet && !json) host.stdout.write(`${line}\n`);
    },
    note: (line) => {
      if (!quiet && !json) toStderr(`${line}\n`);
    },
    warn: (message) => {
      if (!quiet) {
        toStderr(
          json
            ? `${JSON.stringify({ warning: message })}\n`
            : `${errorStyle.yellow('warning:')} ${printable(message)}\n`,
        );
      }
    },
    fail: (error) => {
      const code = reportFailure(host, error, json, errorStyle);
      if (status === DONE) status = code;
    },
    setStatus: (code) => {
      if (status === DONE) status = code;
    },
    divert: (sink) => {
      toStderr = sink ?? ((text) => void host.stderr.write(text));
    },
    onInterrupt: (message) => {
      interruptMessage = message;
    },
    endOnInterrupt: () => {
      interruptMessage = undefined;
    },
  };
  return {
    context,
    status: () => status,
    interruptMessage: () => interruptMessage,
    close: async () => {
      // A failure to open was reported where the cache was asked for.
      const cache = await opening?.catch(() => undefined);
      await cache?.close();
    },
  };
}

/** Writes an error to stderr and returns its exit status. */
export function reportFailure(
  host: Host,
  error: unknown,
  json: boolean,
  style: Style = styleFor(host, host.stderr),
): number {
  const failure = describeFailure(error);
  if (json) {
    const { code, message, details, hint } = failure;
    host.stderr.write(`${JSON.stringify({ error: { code, message, details, hint } })}\n`);
  } else {
    const problems = failure.details['problems'];
    const lines = Array.isArray(problems) ? problems.map(String) : [failure.message];
    for (const line of lines) host.stderr.write(`${style.red('error:')} ${printable(line)}\n`);
    if (failure.hint !== undefined) {
      host.stderr.write(`${style.cyan('hint:')} ${printable(failure.hint)}\n`);
    }
  }
  if (host.env['MODELKEEP_DEBUG'] === '1') host.stderr.write(`${debugText(error)}\n`);
  return exitStatus(failure.code);
}

function styleFor(host: Host, output: Output): Style {
  const { env } = host;
  const forced = env['FORCE_COLOR'] !== undefined && env['FORCE_COLOR'] !== '0';
  const wanted = output.isTTY === true && env['TERM'] !== 'dumb';
  return picocolors.createColors(!env['NO_COLOR'] && (forced || wanted));
}
