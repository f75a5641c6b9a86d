import { Argument, type Command } from 'commander';
import type { CommandContext, GlobalOptions } from './context.ts';
import type { Output } from './host.ts';

/** Adds the command that prints a completion script, and the hidden one that the script asks. */
export function addCompletion(
  program: Command,
  output: Output,
  createContext: (options: GlobalOptions) => CommandContext,
  /** Makes the commands anew: what is completed is their description. */
  describe: () => Command,
): void {
  const shell = new Argument('<shell>').choices(['bash', 'zsh', 'fish', 'powershell']);
  program
    .command('completion')
    .description("a shell's completion script")
    .addArgument(shell)
    .action(async (name: string) => {
      const { printScript } = await import('./commands/completion.ts');
      printScript(name, output);
    });
  program
    .command('complete', { hidden: true })
    .argument('[words...]')
    .allowUnknownOption()
    .action(async (words: readonly string[]) => {
      const { complete } = await import('./commands/completion.ts');
      await complete(createContext({ quiet: true }), words, describe());
    });
}
