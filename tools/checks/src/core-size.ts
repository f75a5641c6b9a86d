import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { build } from 'esbuild';

const LIMIT = 144 * 1024;
const root = join(import.meta.dirname, '../../..');

/** What an embedder's bundle grows by: `@modelkeep/core` with all it depends on, minified and compressed. */
const { outputFiles } = await build({
  entryPoints: [join(root, 'packages/core/dist/index.js')],
  bundle: true,
  minify: true,
  write: false,
  format: 'esm',
  platform: 'node',
  target: 'node22.19',
});
const size = outputFiles.reduce((sum, file) => sum + gzipSync(file.contents).length, 0);
console.error(`@modelkeep/core: ${size} bytes minified and gzipped, ${LIMIT} allowed`);
process.exitCode = size > LIMIT ? 1 : 0;
