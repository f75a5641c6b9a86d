import { type Command, InvalidArgumentError, Option } from 'commander';
import type { CommandContext, GlobalOptions } from './context.ts';

const DAY_MS = 86_400_000;

/** Adds `user add`, `user token`, `user list` and `user revoke`. */
export function addUserCommands(
  program: Command,
  createContext: (options: GlobalOptions) => CommandContext,
): void {
  const user = program.command('user').description('users of the server, and their tokens');
  const contextOf = (command: Command): CommandContext =>
    createContext(command.optsWithGlobals<GlobalOptions>());
  const expires = (): Option =>
    new Option('--expires <days>', 'days until the token ends (default: never)').argParser(
      lifetimeOf,
    );

  user
    .command('add <name>')
    .description('add a user, and print a token: it is shown once')
    .addOption(
      new Option('--role <role>', 'what the user may do')
        .choices(['admin', 'user'])
        .default('user'),
    )
    .addOption(expires())
    .action(async (name: string, options: AddOptions, command: Command) => {
      const { addUser } = await import('./commands/user.ts');
      await addUser(contextOf(command), name, options);
    });
  user
    .command('token <name>')
    .description('print another token for a user: it is shown once')
    .option('--label <text>', 'what the token is for')
    .addOption(expires())
    .action(async (name: string, options: TokenOptions, command: Command) => {
      const { addToken } = await import('./commands/user.ts');
      await addToken(contextOf(command), name, options);
    });
  user
    .command('list')
    .description('the users and their tokens')
    .action(async (_options: object, command: Command) => {
      const { listUsers } = await import('./commands/user.ts');
      await listUsers(contextOf(command));
    });
  user
    .command('revoke <name>')
    .description('remove a user with all tokens, or one token')
    .option('--token <id>', 'only this token, by its id')
    .action(async (name: string, options: RevokeOptions, command: Command) => {
      const { revokeUser } = await import('./commands/user.ts');
      await revokeUser(contextOf(command), name, options);
    });
}

export interface AddOptions {
  readonly role: 'admin' | 'user';
  /** Milliseconds. */
  readonly expires?: number;
}

export interface TokenOptions {
  readonly label?: string;
  readonly expires?: number;
}

export interface RevokeOptions {
  readonly token?: string;
}

function lifetimeOf(value: string): number {
  const days = Number(value);
  if (Number.isFinite(days) && days > 0) return days * DAY_MS;
  throw new InvalidArgumentError('a lifetime is a number of days');
}
