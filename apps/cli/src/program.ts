import { Command, InvalidArgumentError, Option } from 'commander';
import manifest from '../package.json' with { type: 'json' };
import { addUserCommands } from './add-user-commands.ts';
import type { CommandContext, GlobalOptions } from './context.ts';
import type { Host } from './host.ts';

type Run = (context: CommandContext, args: readonly string[], options: never) => Promise<void>;
type Load = () => Promise<Run>;

const ARCHIVE_FORMATS: readonly string[] = ['tar', 'tar.gz', 'tar.zst', 'zip'];

const EXIT_STATUSES = `
Exit status: 0 done, 1 failed, 2 usage, 3 not in the cache, 4 not allowed, 5 integrity,
6 upstream unavailable, 7 no space, 130 interrupted.`;

/** The commands and their options. What a command does is loaded when it is called. */
export function buildProgram(
  host: Host,
  createContext: (options: GlobalOptions) => CommandContext,
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
    .addHelpText('after', EXIT_STATUSES)
    .configureOutput({
      writeOut: (text) => void host.stdout.write(text),
      writeErr: (text) => void host.stderr.write(text),
      // Errors are written by the caller, in one form.
      outputError: () => undefined,
    })
    .exitOverride();

  const define = (usage: string, description: string, load: Load): Command =>
    program
      .command(usage)
      .description(description)
      .action(async (...parameters: unknown[]) => {
        const command = parameters.at(-1) as Command;
        const options = command.optsWithGlobals<GlobalOptions>();
        const run = await load();
        await run(createContext(options), command.args, options as never);
      });

  define('pull <model...>', 'fetch models, or what has changed in them', async () => {
    const { pull } = await import('./commands/pull.ts');
    return pull;
  })
    .option('--connection <name>', 'connection of the config file to use')
    .option('--include <glob>', 'file paths to fetch (repeatable)', collect, [])
    .option(
      '--exclude <glob>',
      'file paths to leave out; wins over --include (repeatable)',
      collect,
      [],
    );

  define('path <model>', "a cached model's folder; never touches the network", async () => {
    const { path } = await import('./commands/path.ts');
    return path;
  });
  define('ls', 'what is cached', async () => {
    const { ls } = await import('./commands/ls.ts');
    return ls;
  });
  define('show <model>', 'one cached model in full', async () => {
    const { show } = await import('./commands/show.ts');
    return show;
  });
  define('du', 'disk usage', async () => {
    const { du } = await import('./commands/du.ts');
    return du;
  });
  define('rm <model...>', 'remove models from the cache', async () => {
    const { rm } = await import('./commands/rm.ts');
    return rm;
  }).option('-y, --yes', 'do not ask');
  define('gc', 'remove what nothing refers to', async () => {
    const { gc } = await import('./commands/gc.ts');
    return gc;
  }).option('--dry-run', 'only say what would be removed');

  define('export <model...>', 'write models as archives', async () => {
    const { exportModels } = await import('./commands/export.ts');
    return exportModels;
  })
    .requiredOption(
      '-o, --output <file>',
      'archive to write, a folder for several, or - for stdout',
    )
    .addOption(
      new Option(
        '--format <format>',
        "archive format (default: by the file's name, else tar)",
      ).choices(ARCHIVE_FORMATS),
    );
  define(
    'import <file...>',
    'take archives or unpacked folders into the cache; - is stdin',
    async () => {
      const { importModels } = await import('./commands/import.ts');
      return importModels;
    },
  );
  define(
    'adopt <folder>',
    'take a Hugging Face cache folder into the cache by linking',
    async () => {
      const { adopt } = await import('./commands/adopt.ts');
      return adopt;
    },
  );
  define('verify [model...]', 'prove what is cached', async () => {
    const { verify } = await import('./commands/verify.ts');
    return verify;
  })
    .option('--quick', 'compare sizes and receipts only, without reading content')
    .option('--repair', 'fetch damaged files again and restore links and folders');

  define('serve', 'serve the cache as a Hub endpoint, with a REST API', async () => {
    const { serve } = await import('./commands/serve.ts');
    return serve;
  })
    .option('--host <address>', 'address to listen at (default: 127.0.0.1)')
    .addOption(new Option('--port <port>', 'port to listen at (default: 8080)').argParser(portOf))
    .option('--offline', 'never touch an upstream')
    .option('--insecure', 'let others reach it although there is no user');
  addUserCommands(program, createContext);
  return program;
}

function portOf(value: string): number {
  const port = Number(value);
  if (/^\d{1,5}$/.test(value) && port <= 65_535) return port;
  throw new InvalidArgumentError('a port is a number from 0 to 65535');
}

function collect(value: string, earlier: readonly string[]): readonly string[] {
  return [...earlier, value];
}
