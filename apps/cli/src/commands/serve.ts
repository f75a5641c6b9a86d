import { once } from 'node:events';
import { clientSettings, isLoopback } from '@modelkeep/server';
import type { CommandContext } from '../context.ts';
import { debugText, describeFailure } from '../failure.ts';
import { limitYoungSpace } from '../limit-young-space.ts';
import { printable } from '../output/printable.ts';
import { type StoreFacts, storeLines } from '../store-facts.ts';

interface ServeOptions {
  readonly host?: string;
  readonly port?: number;
  readonly offline?: boolean;
  readonly log?: 'text' | 'json' | 'none';
  readonly insecure?: boolean;
}

export async function serve(
  context: CommandContext,
  _args: readonly string[],
  options: ServeOptions,
): Promise<void> {
  const { stderr } = context.host;
  using _limit = limitYoungSpace();
  const log = options.log ?? (context.json ? 'json' : 'text');
  const isJson = log === 'json';
  const opened = await context.host.openServer({
    ...context.place,
    ...(options.host === undefined ? {} : { host: options.host }),
    ...(options.port === undefined ? {} : { port: options.port }),
    offline: options.offline ?? false,
    insecure: options.insecure ?? false,
    ...(context.quiet || log === 'none'
      ? {}
      : { accessLog: { output: (text) => void stderr.write(text), json: isJson } }),
    onError: (error) => reportError(context, error, isJson),
  });
  try {
    context.signal.throwIfAborted();
    const url = await opened.server.listen();
    context.endOnInterrupt();
    const hasUsers = await opened.server.users.any();
    // A log is read by others than who runs the server: a link that signs in is for a terminal, or for who asked for JSON.
    const isSeen = context.json || (!isJson && context.host.stdout.isTTY === true);
    const isOpen = !hasUsers && isLoopback(new URL(url).hostname);
    const code =
      opened.hasPage && isSeen && !isOpen ? await opened.server.issueSignInCode() : undefined;
    const page = code === undefined ? `${url}/-/` : `${url}/-/sign-in#${code}`;
    const admin = opened.hasPage ? page : undefined;
    const { home, store } = opened;
    const facts = { url, home, ...store, admin: admin ?? null };
    if (context.json) context.printJson(facts);
    else if (isJson) context.print(JSON.stringify(facts));
    else printStart(context, { url, home, store, hasUsers, admin });
    if (!context.signal.aborted) await once(context.signal, 'abort');
    reportStop(context, isJson);
    await opened.server.stop();
  } finally {
    await opened.server.stop();
    await opened.close();
  }
}

interface Started {
  readonly url: string;
  readonly home: string;
  readonly store: StoreFacts;
  readonly hasUsers: boolean;
  readonly admin: string | undefined;
}

function printStart(context: CommandContext, started: Started): void {
  const { url, home, store, hasUsers, admin } = started;
  context.print(`${context.style.bold('Modelkeep')} serves ${printable(home)} at ${url}`);
  if (context.quiet) return;
  for (const line of storeLines(home, store)) context.print(printable(line));
  context.print('');
  for (const line of clientSettings(url)) context.print(`  ${line}`);
  context.print('');
  context.print(
    hasUsers
      ? 'Clients need a token: `modelkeep user token <name>` makes one; HF_TOKEN gives it to them.'
      : 'There are no users: whoever is on this machine may do everything. `modelkeep user add <name> --role admin` adds one.',
  );
  context.print(adminLine(admin));
  context.print(`The REST API is described at ${url}/-/api/openapi.json. Ctrl-C stops the server.`);
}

function adminLine(admin: string | undefined): string {
  if (admin === undefined) {
    return 'The admin page is not installed: `npm install @modelkeep/admin` beside modelkeep brings it.';
  }
  return admin.includes('#')
    ? `Admin page, signed in once, within 15 minutes: ${admin}`
    : `Admin page: ${admin}`;
}

function reportStop(context: CommandContext, isJson: boolean): void {
  const message = 'stopping: requests under way may finish; a second signal ends them at once';
  if (!isJson) context.note(message);
  // Each line of such a log is an object.
  else if (!context.quiet) {
    context.host.stderr.write(`${JSON.stringify({ time: new Date().toISOString(), message })}\n`);
  }
}

function reportError(context: CommandContext, error: unknown, isJson: boolean): void {
  const { code, message } = describeFailure(error);
  const { stderr, env } = context.host;
  stderr.write(
    isJson
      ? `${JSON.stringify({ time: new Date().toISOString(), error: { code, message } })}\n`
      : `${new Date().toISOString()} error: ${printable(message)}\n`,
  );
  if (env['MODELKEEP_DEBUG'] === '1') stderr.write(`${debugText(error)}\n`);
}
