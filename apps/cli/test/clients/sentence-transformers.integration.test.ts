import { execFile } from 'node:child_process';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { programsOf, pythonEnvironment, requires } from '@modelkeep/test-requirements';
import { expect } from 'vitest';
import { throughStates } from './matrix.ts';

requires('sentence-transformers', 'python-env');

const run = promisify(execFile);
const MODEL = 'sentence-transformers/all-MiniLM-L6-v2';
const EMBED = join(import.meta.dirname, 'embed.py');
/** The first numbers that the model is known for. */
const KNOWN = [0.0676568, 0.0634959, 0.0487131, 0.079305];

throughStates({
  name: 'sentence-transformers',
  publish: ({ hub }) => hub.addModelFromFolder(MODEL, pythonEnvironment().miniLmFolder),
  fetched: { '**/model.safetensors': 90_868_376 },
  async run(stage) {
    const python = join(programsOf('sentence-transformers'), 'python');
    const args = [EMBED, MODEL, 'This is an example sentence'];
    const { stdout } = await run(python, args, { env: await stage.client() });
    const embedding = JSON.parse(stdout) as number[];
    return [embedding.length, ...embedding.slice(0, KNOWN.length)];
  },
  expected: () => [384, ...KNOWN.map((known) => expect.closeTo(known, 5))],
});
