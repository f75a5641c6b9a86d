import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { build, type Metafile } from 'esbuild';

const KIB = 1024;
/**
 * What `createModelCache`, looking models up and pulling load before the first byte is asked for: also the marks of models in
 * use, what others have set aside, and whether another server that fetches is alive.
 */
const START_LIMIT = 42 * KIB;
/** With all that is loaded when it is needed: schemas, YAML, the table of languages, evictions. */
const WHOLE_LIMIT = 312 * KIB;
const root = join(import.meta.dirname, '../../..');
const entryPoint = join(root, 'packages/core/dist/index.js');

/** What an embedder's bundle grows by: `@modelkeep/core` with all it depends on, minified and compressed. */
const { outputFiles, metafile } = await build({
  absWorkingDir: root,
  entryPoints: [entryPoint],
  bundle: true,
  splitting: true,
  minify: true,
  write: false,
  metafile: true,
  outdir: 'size',
  format: 'esm',
  platform: 'node',
  target: 'node22.19',
  logLevel: 'error',
});

/** The chunks that the entry imports, and what they import, without what waits for an `import()`. */
function startChunks({ outputs }: Metafile): Set<string> {
  const chunks = new Set<string>();
  const add = (path: string): void => {
    const output = outputs[path];
    if (output === undefined || chunks.has(path)) return;
    chunks.add(path);
    for (const { kind, path: next } of output.imports) if (kind === 'import-statement') add(next);
  };
  add('size/index.js');
  return chunks;
}

const start = startChunks(metafile);
const bytesOf = (files: typeof outputFiles): number =>
  files.reduce((sum, { contents }) => sum + gzipSync(contents).length, 0);
const sizes = [
  {
    what: 'at the start',
    bytes: bytesOf(outputFiles.filter(({ path }) => start.has(path.slice(root.length + 1)))),
    limit: START_LIMIT,
  },
  { what: 'in all', bytes: bytesOf(outputFiles), limit: WHOLE_LIMIT },
];
for (const { what, bytes, limit } of sizes)
  console.error(`@modelkeep/core ${what}: ${bytes} bytes minified and gzipped, ${limit} allowed`);
process.exitCode = start.size > 0 && sizes.every(({ bytes, limit }) => bytes <= limit) ? 0 : 1;
