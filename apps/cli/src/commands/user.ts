import type { IssuedToken, TokenFacts, UserAccount } from '@modelkeep/server';
import type { AddOptions, RevokeOptions, TokenOptions } from '../add-user-commands.ts';
import type { CommandContext } from '../context.ts';
import { UsageError } from '../failure.ts';
import type { ManagedUsers } from '../host.ts';
import { printable } from '../output/printable.ts';
import { formatTable } from '../output/table.ts';
import { formatAge, formatCount } from '../output/units.ts';

const HOUR_MS = 3_600_000;
const SHOWN_ONCE = 'this is the only time that the token is shown; clients take it as HF_TOKEN';

export async function addUser(
  context: CommandContext,
  name: string,
  options: AddOptions,
): Promise<void> {
  await withUsers(context, async (users) => {
    const user = await users.add({ name, role: options.role, by: 'command line' });
    const token = await users.issueToken({ user: name, ...expiry(options.expires) });
    printToken(context, token, user);
  });
}

export async function addToken(
  context: CommandContext,
  name: string,
  options: TokenOptions,
): Promise<void> {
  await withUsers(context, async (users) => {
    const token = await users.issueToken({
      user: name,
      ...(options.label === undefined ? {} : { label: options.label }),
      ...expiry(options.expires),
    });
    printToken(context, token);
  });
}

export async function listUsers(context: CommandContext): Promise<void> {
  await withUsers(context, async (users) => {
    const tokens = await Array.fromAsync(users.listTokens());
    const rows = (await Array.fromAsync(users.list())).map((user) => ({
      ...user,
      tokens: tokens.filter((token) => token.user === user.name),
    }));
    if (context.json) {
      context.printJson(rows);
    } else if (rows.length === 0) {
      context.note('there are no users; `modelkeep user add <name> --role admin` adds one');
    } else {
      printUsers(context, rows);
    }
  });
}

export async function revokeUser(
  context: CommandContext,
  name: string,
  options: RevokeOptions,
): Promise<void> {
  const { token } = options;
  await withUsers(context, async (users) => {
    if (token === undefined) {
      const tokens = await users.remove(name);
      if (context.json) context.printJson({ name, tokens });
      context.confirm(`removed ${printable(name)} with ${formatCount(tokens, 'token')}`);
      return;
    }
    const known = await Array.fromAsync(users.listTokens(name));
    if (!known.some(({ id }) => id === token)) {
      throw new UsageError(`${name} has no token ${token}; \`modelkeep user list\` shows them`);
    }
    const revoked = await users.revokeToken(token);
    if (context.json) context.printJson(revoked);
    context.confirm(`revoked token ${revoked.id} of ${printable(name)}`);
  });
}

async function withUsers(
  context: CommandContext,
  work: (users: ManagedUsers) => Promise<void>,
): Promise<void> {
  const opened = await context.host.openUsers({
    ...context.place,
    ...(context.server === undefined ? {} : { server: context.server }),
  });
  try {
    await work(opened.users);
  } finally {
    await opened.close();
  }
}

function expiry(lifetimeMs: number | undefined): { expiresAt?: number } {
  return lifetimeMs === undefined ? {} : { expiresAt: Date.now() + lifetimeMs };
}

function printToken(context: CommandContext, issued: IssuedToken, user?: UserAccount): void {
  if (context.json) {
    context.printJson({ ...issued, ...(user === undefined ? {} : { role: user.role }) });
    return;
  }
  context.print(issued.token);
  context.note(SHOWN_ONCE);
}

function printUsers(
  context: CommandContext,
  users: readonly (UserAccount & { readonly tokens: readonly TokenFacts[] })[],
): void {
  const now = Date.now();
  const rows = users.flatMap((user) =>
    user.tokens.length === 0 ? [{ user }] : user.tokens.map((token) => ({ user, token })),
  );
  const table = formatTable<{ readonly user: UserAccount; readonly token?: TokenFacts }>(
    rows,
    [
      { title: 'USER', text: ({ user }) => user.name },
      { title: 'ROLE', text: ({ user }) => user.role },
      { title: 'TOKEN', text: ({ token }) => token?.id ?? '' },
      { title: 'FOR', text: ({ token }) => token?.label ?? '' },
      {
        title: 'MADE',
        text: ({ token }) => (token === undefined ? '' : formatAge(token.createdAt, now)),
      },
      {
        title: 'USED',
        text: ({ token }) => (token === undefined ? '' : useOf(token, now)),
      },
      { title: 'ENDS', text: ({ token }) => (token === undefined ? '' : endOf(token)) },
    ],
    context.style,
  );
  for (const line of table) context.print(line);
}

/** Noted once an hour: more exact than that it is not. */
function useOf({ lastUsed }: TokenFacts, now: number): string {
  if (lastUsed === null) return 'never';
  return now - lastUsed < HOUR_MS ? 'in the last hour' : formatAge(lastUsed, now);
}

function endOf({ expiresAt }: TokenFacts): string {
  return expiresAt === null ? 'never' : new Date(expiresAt).toISOString().slice(0, 10);
}
