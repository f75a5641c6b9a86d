import { argv } from 'node:process';
import { s3Storage } from '../src/index.ts';

/** Writes an object that never ends: `write-process.ts BUCKET ENDPOINT KEY`. */
const [, , bucket = '', endpoint = '', key = ''] = argv;

async function* endless(): AsyncGenerator<Uint8Array, void, undefined> {
  for (;;) yield new Uint8Array(1024 * 1024);
}

const storage = s3Storage({ bucket, endpoint });
await storage.open();
await storage.write(key, endless());
