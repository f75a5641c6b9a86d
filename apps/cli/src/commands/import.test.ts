import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { ImportResult, ModelCache } from '@modelkeep/core';
import { ModelkeepError } from '@modelkeep/core/spi';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { cachedModel } from '../../test/fake-cache.ts';
import { type Outcome, type RunOptions, runCommand } from '../../test/run-command.ts';

let folder = '';
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'modelkeep-import-'));
});
afterEach(() => rm(folder, { recursive: true }));

type Input = Parameters<ModelCache['importModel']>[0];

const result = (warnings: readonly string[] = []): ImportResult => ({
  ...cachedModel('org/m'),
  addedFiles: 1,
  addedBytes: 5,
  derived: false,
  warnings,
});

async function textOf(input: Input): Promise<string> {
  if ('folder' in input) return '';
  const chunks: Uint8Array[] = [];
  for await (const chunk of input.stream()) chunks.push(chunk);
  return Buffer.concat(chunks).toString('utf8');
}

const run = async (
  args: readonly string[],
  options: RunOptions = {},
): Promise<Outcome & { inputs: Input[]; texts: string[] }> => {
  const inputs: Input[] = [];
  const texts: string[] = [];
  const outcome = await runCommand(['import', ...args], {
    cwd: folder,
    cache: {
      importModel: async (input) => {
        inputs.push(input);
        texts.push(await textOf(input));
        if (texts.at(-1) === 'bad') throw new ModelkeepError('archive-invalid', 'truncated');
        return result(['left out x.txt']);
      },
    },
    ...options,
  });
  return { ...outcome, inputs, texts };
};

it('takes a file, with its path and size', async () => {
  await writeFile(join(folder, 'm.tar'), 'hello');
  const outcome = await run(['m.tar']);
  expect(outcome).toMatchObject({
    status: 0,
    stdout: 'imported org/m c9745ed1d9f2: 2 files, 1.23 MB (5 B new)\n',
    stderr: 'warning: left out x.txt\n',
    texts: ['hello'],
    opened: [{ archives: true }],
  });
  expect(outcome.inputs).toMatchObject([{ path: join(folder, 'm.tar'), size: 5 }]);
});

it('takes a folder', async () => {
  await mkdir(join(folder, 'unpacked'));
  expect((await run(['unpacked'])).inputs).toEqual([{ folder: join(folder, 'unpacked') }]);
});

it('streams standard input, but not from a terminal and not twice', async () => {
  const outcome = await run(['-'], { stdin: 'streamed' });
  expect(outcome.texts).toEqual(['streamed']);
  expect(outcome.inputs[0]).not.toHaveProperty('path');
  expect((await run(['-'], { terminal: { stdin: true } })).status).toBe(2);
  expect(await run(['-', '-'])).toMatchObject({ status: 2, inputs: [] });
});

it('goes on after an archive that fails, and ends with its status', async () => {
  await writeFile(join(folder, 'bad.tar'), 'bad');
  await writeFile(join(folder, 'good.tar'), 'good');
  const outcome = await run(['bad.tar', 'absent.tar', 'good.tar', '--json']);
  expect(outcome.status).toBe(1);
  expect(JSON.parse(outcome.stdout)).toMatchObject([
    { key: 'hf@org/m', addedBytes: 5, warnings: ['left out x.txt'] },
  ]);
  const codes = outcome.stderr
    .trim()
    .split('\n')
    .map((line) => JSON.parse(line).error?.code);
  expect(codes).toEqual(['archive-invalid', 'failed', undefined]);
});

it('says which archive an error is of, and what to do with that one', async () => {
  await writeFile(join(folder, 'good.tar'), 'good');
  await writeFile(join(folder, 'bad.tar'), 'bad');
  expect((await run(['good.tar', 'bad.tar', 'absent.tar'])).stderr).toBe(
    `warning: left out x.txt\nerror: bad.tar: truncated\nerror: there is no ${join(folder, 'absent.tar')}\n`,
  );
  const failing = (error: ModelkeepError): RunOptions => ({
    cache: { importModel: () => Promise.reject(error) },
  });
  const damaged = failing(new ModelkeepError('integrity-mismatch', 'wrong'));
  expect(await run(['good.tar'], damaged)).toMatchObject({
    status: 5,
    stderr: 'error: good.tar: wrong\nhint: it was damaged on its way: copy it again\n',
  });
  const bare = new ModelkeepError('archive-invalid', 'no', { details: { reason: 'no-metadata' } });
  expect((await run(['.'], failing(bare))).stderr).toContain(
    'hint: archives in a folder: modelkeep import ./*; a clone, or files alone: modelkeep import --model',
  );
  expect((await run(['good.tar'], failing(bare))).stderr).toContain('hint: unpack it, and give');
});

it('says that a model is incomplete', async () => {
  await writeFile(join(folder, 'm.tar'), 'hello');
  const importModel = (): Promise<ImportResult> =>
    Promise.resolve({ ...result(), complete: false });
  expect((await run(['m.tar'], { cache: { importModel } })).stderr).toContain(
    'warning: org/m is incomplete',
  );
});
