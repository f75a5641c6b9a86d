import { script } from '@bomb.sh/tab';
import tab from '@bomb.sh/tab/commander';
import type { Command } from 'commander';
import type { CommandContext } from '../context.ts';
import type { Output } from '../host.ts';
import { displayName } from '../output/model-json.ts';
import { BASH_COMPLETION } from './bash-completion.ts';

const FILE_COMMANDS = new Set(['import', 'adopt']);
const FILE_OPTIONS = new Set(['-o', '--output', '--config', '--home', '--to']);
/** What a completion script takes as "complete file names yourself". */
const FILES = ':0';

/** Prints the completion script of a shell. It asks the hidden `complete` command at each completion. */
export function printScript(shell: string, output: Output): void {
  if (shell === 'bash') output.write(`${BASH_COMPLETION}\n`);
  else script(shell, 'modelkeep', 'modelkeep');
}

/** Answers a completion script: `words` are those of the command line so far, the last one unfinished. */
export async function complete(
  context: CommandContext,
  words: readonly string[],
  program: Command,
): Promise<void> {
  const current = words.at(-1) ?? '';
  if (wantsFile(words, current)) {
    context.print(FILES);
    return;
  }
  const models = await cachedModels(context);
  const root = tab(program, { completionCommandName: 'completion' });
  for (const command of root.commands.values()) {
    const argument = command.arguments.get('model');
    if (argument !== undefined) {
      argument.handler = (add) => {
        for (const model of models) add(model, '');
      };
    }
  }
  root.parse([...words]);
}

function wantsFile(words: readonly string[], current: string): boolean {
  if (FILE_OPTIONS.has(words.at(-2) ?? '')) return true;
  return words.length > 1 && FILE_COMMANDS.has(words[0] ?? '') && !current.startsWith('-');
}

/** A completion never fails for a cache that cannot be read. */
async function cachedModels(context: CommandContext): Promise<string[]> {
  const names: string[] = [];
  try {
    const cache = await context.cache();
    for await (const model of cache.listModels({ signal: context.signal })) {
      names.push(displayName(model));
    }
  } catch {
    return [];
  }
  return names;
}
