import { execFile } from 'node:child_process';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { requires } from '@modelkeep/test-requirements';
import { type FakeHub, startFakeHub } from '@modelkeep/testkit/fake-hub';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type Bench, createBench, MAIN } from './modelkeep.ts';

requires('bash');

let hub: FakeHub;
let bench: Bench;
beforeAll(async () => {
  hub = await startFakeHub();
  await hub.addModel({ id: 'gpt2', files: { 'config.json': '{}' }, branches: ['main2'] });
  bench = await createBench({ HF_ENDPOINT: hub.url });
});
afterAll(async () => {
  await bench[Symbol.asyncDispose]();
  await hub[Symbol.asyncDispose]();
});

describe('completion in bash', () => {
  const complete = async (line: string, breaks: string): Promise<string[]> => {
    const script = (await bench.run(['completion', 'bash'])).stdout;
    const { stdout } = await promisify(execFile)(
      'bash',
      [
        // A bash whose input is a socket would read the user's own settings.
        '--norc',
        '-c',
        `modelkeep() { "$NODE" "$MAIN" "$@"; }
         compopt() { :; }
         ${script}
         COMP_LINE="$LINE" COMP_POINT=\${#LINE} COMP_WORDBREAKS="$BREAKS"
         _modelkeep_complete; printf '%s\\n' "\${COMPREPLY[@]}"`,
      ],
      {
        env: {
          PATH: process.env['PATH'],
          MODELKEEP_HOME: bench.home,
          NODE: process.execPath,
          MAIN,
          LINE: line,
          BREAKS: breaks,
        },
      },
    );
    return stdout.trim().split('\n');
  };

  it('knows commands and cached models, and runs nothing that was typed', async () => {
    await bench.json(['pull', 'gpt2', 'gpt2@main2']);
    expect(await complete('modelkeep pa', ' ')).toEqual(['path', 'pack']);
    expect(await complete('modelkeep path ', ' ')).toEqual(['gpt2', 'gpt2@main2']);
    expect(await complete('modelkeep path gpt2@m', ' @')).toEqual(['@main2']);
    expect(await complete('modelkeep path gpt2@m', ' ')).toEqual(['gpt2@main2']);
    await complete(`modelkeep path $(touch ${bench.folder}/ran) `, ' ');
    await expect(readFile(join(bench.folder, 'ran'))).rejects.toThrow('ENOENT');
  });
});
