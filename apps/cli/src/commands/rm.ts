import { once } from 'node:events';
import { createInterface } from 'node:readline/promises';
import type { CachedModel, RemovedModel } from '@modelkeep/core';
import type { CommandContext } from '../context.ts';
import { UsageError } from '../failure.ts';
import { displayName } from '../output/model-json.ts';
import { printable } from '../output/printable.ts';
import { formatBytes } from '../output/units.ts';

interface RmOptions {
  readonly yes?: boolean;
}

export async function rm(
  context: CommandContext,
  args: readonly string[],
  options: RmOptions,
): Promise<void> {
  const { stdin, stderr } = context.host;
  const canAsk = stdin.isTTY === true && stderr.isTTY === true && !context.json;
  if (!options.yes && !canAsk) {
    throw new UsageError(
      'rm asks before it removes, and there is no terminal to ask on: add --yes',
    );
  }
  context.onInterrupt('run the same command again to remove the rest');
  const cache = await context.cache();
  // Every name is looked up first: a mistyped one must not leave the job half done.
  const models: CachedModel[] = [];
  for (const name of args) models.push(await cache.findModel(name, { signal: context.signal }));
  if (!options.yes && !(await confirmed(context, models))) {
    context.note('nothing was removed');
    return;
  }

  const removed: RemovedModel[] = [];
  for (const name of args) {
    const result = await cache.removeModel(name, { signal: context.signal });
    removed.push(result);
    context.confirm(
      `removed ${printable(displayName(result))}: ${formatBytes(result.freedBytes)} freed`,
    );
  }
  if (context.json) context.printJson(removed);
}

async function confirmed(
  context: CommandContext,
  models: readonly CachedModel[],
): Promise<boolean> {
  const { stdin, stderr } = context.host;
  for (const model of models) {
    stderr.write(`  ${printable(displayName(model))}  ${formatBytes(model.sizeInBytes)}\n`);
  }
  const questions = createInterface({ input: stdin, output: stderr, terminal: false });
  try {
    const { signal } = context;
    // Without the second, the end of the input would leave the question open for ever.
    const answer = await Promise.race([
      questions.question('Remove from the cache? [y/N] ', { signal }),
      once(questions, 'close').then(() => ''),
    ]);
    return /^y(es)?$/i.test(answer.trim());
  } finally {
    questions.close();
  }
}
