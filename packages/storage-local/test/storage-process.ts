import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { isModelkeepError, type Storage } from '@modelkeep/core/spi';
import { localStorage } from '../src/index.ts';

const [task = '', directory = '', size = '0'] = process.argv.slice(2);
const storage = localStorage({ directory });

function say(line: string): void {
  process.stdout.write(`${line}\n`);
}

async function* body(fill: string): AsyncGenerator<Uint8Array> {
  const half = Number(size) / 2;
  yield Buffer.alloc(Math.floor(half), fill);
  yield Buffer.alloc(Math.ceil(half), fill);
}

/** Does `work` and says how it ended. */
async function attempt(name: string, work: () => Promise<unknown>): Promise<void> {
  try {
    await work();
    say(`${name} done`);
  } catch (error) {
    say(`${name} ${isModelkeepError(error) ? `${error.code}: ${error.message}` : String(error)}`);
  }
}

async function readAll(from: Storage, key: string): Promise<number> {
  let bytes = 0;
  for await (const chunk of await from.read(key)) bytes += chunk.byteLength;
  return bytes;
}

await attempt('open', () => storage.open());
switch (task) {
  case 'write': {
    await attempt('a/first', () => storage.write('a/first', body('1')));
    await attempt('a/second', () => storage.write('a/second', body('2'), { onlyIfAbsent: true }));
    const path = join(directory, 'finished');
    await attempt('finished', () => writeFile(path, Buffer.alloc(Number(size), '3')));
    await attempt('b/third', () => storage.ingestFile('b/third', path));
    break;
  }
  case 'read': {
    say(`read ${await readAll(storage, 'kept/object')}`);
    for await (const { key } of storage.list('')) say(`list ${key}`);
    const { freeBytes } = await storage.capacity();
    say(`free ${freeBytes > 0}`);
    await attempt('write', () => storage.write('new/object', body('1')));
    await attempt('delete', () => storage.delete('kept/object'));
    break;
  }
  default:
    throw new Error(`No task ${task}`);
}
await storage.close();
