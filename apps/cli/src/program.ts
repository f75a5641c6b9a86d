import { Command, InvalidArgumentError, Option } from 'commander';
import manifest from '../package.json' with { type: 'json' };
import { addUserCommands } from './add-user-commands.ts';
import { adopt } from './commands/adopt.ts';
import { du } from './commands/du.ts';
import { exportModels } from './commands/export.ts';
import { gc } from './commands/gc.ts';
import { importModels } from './commands/import.ts';
import { ls } from './commands/ls.ts';
import { path } from './commands/path.ts';
import { pull } from './commands/pull.ts';
import { rm } from './commands/rm.ts';
import { show } from './commands/show.ts';
import { verify } from './commands/verify.ts';
import type { CommandContext, GlobalOptions } from './context.ts';
import type { Host } from './host.ts';

type Run = (context: CommandContext, args: readonly string[], options: never) => Promise<void>;

const ARCHIVE_FORMATS: readonly string[] = ['tar', 'tar.gz', 'tar.zst', 'zip'];

const EXIT_STATUSES = `
Exit status: 0 done, 1 failed, 2 usage, 3 not in the cache, 4 not allowed, 5 integrity,
6 upstream unavailable, 7 no space, 130 interrupted.`;

/**
 * The commands and their options; only the one that is `first`, if that is a command: to describe all of them takes longer
 * than what a short one does. What only few of them need is loaded when they are called.
 */
export function buildProgram(
  host: Host,
  createContext: (options: GlobalOptions) => CommandContext,
  first?: string,
): Command {
  const program = new Command('modelkeep')
    .description('Keeps Hugging Face models behind your own walls.')
    .version(manifest.version)
    .option('--json', 'one JSON document on stdout; errors as JSON on stderr')
    .option('-q, --quiet', 'no progress, notes or warnings')
    .option(
      '--config <file>',
      'config file (default: MODELKEEP_CONFIG, else config.yaml in the home)',
    )
    .option('--home <folder>', "the store's folder (default: MODELKEEP_HOME, else the data folder)")
    .option('--server <url>', 'work with the cache of this server (default: MODELKEEP_SERVER)')
    .addHelpText('after', EXIT_STATUSES)
    .configureOutput({
      writeOut: (text) => void host.stdout.write(text),
      writeErr: (text) => void host.stderr.write(text),
      // Errors are written by the caller, in one form.
      outputError: () => undefined,
    })
    .exitOverride();

  const define = (usage: string, description: string, run: Run): Command =>
    program
      .command(usage)
      .description(description)
      .action(async (...parameters: unknown[]) => {
        const command = parameters.at(-1) as Command;
        const options = command.optsWithGlobals<GlobalOptions>();
        await run(createContext(options), command.args, options as never);
      });

  const commands: Readonly<Record<string, () => void>> = {
    pull: () =>
      define('pull <model...>', 'fetch models, or what has changed in them', pull)
        .option('--connection <name>', 'connection of the config file to use')
        .option('--include <glob>', 'file paths to fetch (repeatable)', collect)
        .option(
          '--exclude <glob>',
          'file paths to leave out; wins over --include (repeatable)',
          collect,
        ),
    path: () => define('path <model>', "a cached model's folder; never touches the network", path),
    ls: () => define('ls', 'what is cached', ls),
    show: () => define('show <model>', 'one cached model in full', show),
    du: () => define('du', 'disk usage', du),
    rm: () =>
      define('rm <model...>', 'remove models from the cache', rm).option('-y, --yes', 'do not ask'),
    gc: () =>
      define('gc', 'remove what nothing refers to', gc).option(
        '--dry-run',
        'only say what would be removed',
      ),
    evict: () =>
      define(
        'evict',
        'remove what was not used for longest, down to the quota',
        async (...call) => {
          const { evict } = await import('./commands/evict.ts');
          await evict(...call);
        },
      )
        .option('--dry-run', 'only say what would go and what would stay, and why')
        .option('--to <size>', 'how much may be left, like 200GB (default: the quota)')
        .option('--connection <name>', 'count and remove only what came through this connection')
        .option('--unused-for <time>', 'spare what was used within this time (default: 10m)')
        .option('--imported', 'also what was imported or adopted, which nothing can bring back'),
    export: () =>
      define('export <model...>', 'write models as archives', exportModels)
        .requiredOption(
          '-o, --output <file>',
          'archive to write, a folder for several, or - for stdout',
        )
        .addOption(archiveFormat())
        .addOption(compress()),
    import: () =>
      define(
        'import <file...>',
        'take archives or unpacked folders into the cache; - is stdin',
        importModels,
      ).option('--model <name>', 'what the one folder holds, if it has no metadata: a clone, say'),
    pack: () =>
      define(
        'pack <folder>',
        'make an archive of a clone, or of files without metadata',
        async (...call) => {
          const { pack } = await import('./commands/pack.ts');
          await pack(...call);
        },
      )
        .option('--model <name>', "the model's name (default: by the clone's remote)")
        .option(
          '-o, --output <file>',
          'archive to write, a folder for it, or - for stdout (default: here)',
        )
        .addOption(archiveFormat())
        .addOption(compress()),
    adopt: () =>
      define('adopt <folder>', 'take a Hugging Face cache folder into the cache by linking', adopt),
    verify: () =>
      define('verify [model...]', 'prove what is cached', verify)
        .option('--quick', 'compare sizes and receipts only, without reading content')
        .option('--repair', 'fetch damaged files again and restore links and folders'),
    migrate: () =>
      define('migrate', 'copy the store into another one, on any backends', async (...call) => {
        const { migrate } = await import('./commands/migrate.ts');
        await migrate(...call);
      })
        .requiredOption(
          '--to <file>',
          'config file of the other store, or a folder for a plain one',
        )
        .option('--dry-run', 'only say what would be copied'),
    serve: () =>
      define('serve', 'serve the cache as a Hub endpoint, with a REST API', async (...call) => {
        const { serve } = await import('./commands/serve.ts');
        await serve(...call);
      })
        .option('--host <address>', 'address to listen at (default: 127.0.0.1)')
        .addOption(
          new Option('--port <port>', 'port to listen at (default: 8080)').argParser(portOf),
        )
        .option('--offline', 'never touch an upstream')
        .addOption(
          new Option(
            '--log <format>',
            'a line a request on stderr, and errors: text, json, or none for errors alone (default: text)',
          ).choices(['text', 'json', 'none']),
        )
        .option('--insecure', 'let others reach it although there is no user'),
    user: () => addUserCommands(program, createContext),
  };
  if (first !== undefined && Object.hasOwn(commands, first)) commands[first]?.();
  else for (const add of Object.values(commands)) add();
  return program;
}

function compress(): Option {
  return new Option('--compress', 'deflate what is in a zip; weights hardly get smaller');
}

function archiveFormat(): Option {
  return new Option(
    '--format <format>',
    "archive format (default: by the file's name, else tar)",
  ).choices(ARCHIVE_FORMATS);
}

function portOf(value: string): number {
  const port = Number(value);
  if (/^\d{1,5}$/.test(value) && port <= 65_535) return port;
  throw new InvalidArgumentError('a port is a number from 0 to 65535');
}

function collect(value: string, earlier: readonly string[] = []): readonly string[] {
  return [...earlier, value];
}
