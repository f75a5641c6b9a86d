// A process of its own that pulls models and reads them while others evict: until its stdin ends. It writes a point for each read.
import { createHash } from 'node:crypto';
import { isModelkeepError, openModelCache } from '../../dist/index.js';

const [home = '', seed = '0', ...models] = process.argv.slice(2);
let isOver = false;
process.stdin.on('end', () => {
  isOver = true;
});
process.stdin.resume();

await using cache = await openModelCache({ home });
/** Turns in which the same model is read: the others are free to go meanwhile. */
const PHASE = 10;
let turn = Number(seed);
while (!isOver) {
  turn += 1;
  const model = models[(turn * 5 + (turn >> 2)) % models.length] ?? '';
  try {
    await cache.pullModel(model);
    if (model !== models[Math.floor(turn / PHASE) % models.length]) continue;
    const opened = await cache.openModel(model);
    for (const { path, digest = '' } of opened.files) {
      const hash = createHash('sha256');
      for await (const chunk of opened.content(digest).open()) hash.update(chunk);
      const found = hash.digest('hex');
      if (found !== digest) throw new Error(`${model}/${path} is ${found}, not ${digest}`);
    }
    process.stdout.write('.');
  } catch (error) {
    // It was evicted between two steps: whoever wants it pulls it again.
    const codes = ['conflict', 'model-not-cached', 'object-not-found'] as const;
    if (!codes.some((code) => isModelkeepError(error, code))) throw error;
  }
}
