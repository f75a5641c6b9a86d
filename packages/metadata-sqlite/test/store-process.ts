import { once } from 'node:events';
import { rm, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { isModelkeepError } from '@modelkeep/core/spi';
import { keepModel, modelIds } from '@modelkeep/testkit/memory';
import { sqliteMetadata } from '../src/index.ts';

const LONG = 600_000;

function say(line: string): void {
  process.stdout.write(`${line}\n`);
}

/** Does `work` and says how it ended. */
async function attempt(work: Promise<unknown>): Promise<void> {
  const ended = await work.then(
    () => 'done',
    (error: unknown) => (isModelkeepError(error) ? error.code : String(error)),
  );
  say(ended);
}

async function runOnFullDisk(index: string): Promise<void> {
  const filler = join(dirname(index), 'filler');
  await writeFile(filler, Buffer.alloc(64 * 1024 * 1024)).catch(() => {});
  const full = sqliteMetadata({ file: index });
  await full.open();
  say((await modelIds(full)).join(' '));
  await attempt(full.touchEntry('hf@org/model', { lastUsed: 1, lastUsedBy: 'reader' }));
  await attempt(full.setPinned('hf@org/model', true));
  await attempt(keepModel(full, 'org/more'));
  await rm(filler);
  await attempt(keepModel(full, 'org/more'));
  say((await modelIds(full)).join(' '));
  await full.close();
}

const [task = '', file = '', name = '', count = '0'] = process.argv.slice(2);
const store = sqliteMetadata({ file });

switch (task) {
  case 'race': {
    await store.open();
    for (let round = 0; round < Number(count); round += 1) {
      const leases = await store.acquireLeases([`race/${round}`], { owner: name, ttlMs: LONG });
      for (const { key, token } of leases) say(`${key} ${token}`);
    }
    say('done');
    // The leases of a process that ended are free again.
    await once(process.stdin.resume(), 'end');
    break;
  }
  case 'hold': {
    await store.open();
    await store.acquireLeases(['held'], { owner: name, ttlMs: LONG, bytes: 5 });
    say('holds');
    await once(process.stdin.resume(), 'end');
    break;
  }
  case 'write': {
    await store.open();
    for (let index = 0; index < Number(count); index += 1) {
      await keepModel(store, `${name}/model-${index}`);
      say(`${name}/model-${index}`);
    }
    break;
  }
  case 'read': {
    await store.open();
    say((await modelIds(store)).join(' '));
    await store.touchEntry('hf@org/model', { lastUsed: 1, lastUsedBy: 'reader' });
    await store.setPinned('hf@org/model', true).catch((error: unknown) => {
      say(isModelkeepError(error) ? `${error.code}: ${error.message}` : String(error));
    });
    for await (const _ of process.stdin) say((await modelIds(store)).join(' '));
    break;
  }
  case 'fill-up': {
    await store.open();
    await keepModel(store, 'org/model');
    await store.close();
    await runOnFullDisk(file);
    break;
  }
  default:
    throw new Error(`No task ${task}`);
}
await store.close();
