import { execFile } from 'node:child_process';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { pythonEnvironment, requires, transformersJsFolder } from '@modelkeep/test-requirements';
import { expect } from 'vitest';
import { throughStates } from './matrix.ts';
import { rowOf, tinyOnnx } from './tiny-onnx.ts';

requires('transformers-js', 'python-env');

const run = promisify(execFile);
const MODEL = 'org/tiny';
const EMBED = join(import.meta.dirname, 'embed.mjs');
const ONNX = tinyOnnx();
// [CLS] hello world [SEP]
const TOKENS = [101, 7592, 2088, 102];

throughStates({
  name: 'transformers.js',
  async publish({ hub }) {
    const real = (name: string): Promise<Buffer> =>
      readFile(join(pythonEnvironment().miniLmFolder, name));
    return hub.addModel({
      id: MODEL,
      files: {
        'config.json': '{"model_type":"bert","architectures":["BertModel"]}',
        'tokenizer.json': await real('tokenizer.json'),
        'tokenizer_config.json': await real('tokenizer_config.json'),
        'onnx/model.onnx': ONNX,
      },
    });
  },
  fetched: { '**/model.onnx': ONNX.byteLength },
  async run(stage) {
    const args = [EMBED, transformersJsFolder(), MODEL, 'hello world'];
    const { stdout } = await run(process.execPath, args, { env: await stage.client() });
    return JSON.parse(stdout) as unknown;
  },
  expected: () =>
    [0, 1, 2, 3].map((column) => {
      const values = TOKENS.map((token) => rowOf(token)[column] ?? Number.NaN);
      return expect.closeTo(values.reduce((sum, each) => sum + each, 0) / TOKENS.length, 5);
    }),
});
