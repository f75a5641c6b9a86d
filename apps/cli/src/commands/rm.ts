import { once } from 'node:events';
import type { ModelCache, RemovedModel } from '@modelkeep/core';
import { isModelkeepError } from '@modelkeep/core/spi';
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
  context.onInterrupt('nothing was removed');
  const cache = await context.cache();
  // Every name is looked up first: a mistyped one must not leave the job half done.
  const found: string[] = [];
  for (const name of args) found.push(await lookUp(cache, name, context.signal));
  if (!options.yes && !(await confirmed(context, found))) {
    context.note('nothing was removed');
    return;
  }

  context.onInterrupt('run the same command again to remove the rest');
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

/** What to ask about. Fails if there is no such model; one that is damaged can be removed all the same. */
async function lookUp(cache: ModelCache, name: string, signal: AbortSignal): Promise<string> {
  try {
    const model = await cache.findModel(name, { signal });
    return `${displayName(model)}  ${formatBytes(model.sizeInBytes)}`;
  } catch (error) {
    const isDamaged =
      isModelkeepError(error) &&
      !isModelkeepError(error, 'model-not-cached') &&
      !isModelkeepError(error, 'invalid-argument');
    if (!isDamaged) throw error;
    return `${name}  (damaged)`;
  }
}

async function confirmed(context: CommandContext, found: readonly string[]): Promise<boolean> {
  const { stdin, stderr } = context.host;
  for (const line of found) stderr.write(`  ${printable(line)}\n`);
  const { createInterface } = await import('node:readline/promises');
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
