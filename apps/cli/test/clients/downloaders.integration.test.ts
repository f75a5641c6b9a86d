import { execFile } from 'node:child_process';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { requires } from '@modelkeep/test-requirements';
import { DIGESTS, FETCHED_ONCE, FILES, LARGE, MODEL, publish, sha256 } from './fixture.ts';
import { throughStates } from './matrix.ts';
import type { Stage } from './stage.ts';

requires('curl', 'aria2c');

const run = promisify(execFile);
const SIZE = FILES[LARGE]?.byteLength ?? 0;
const PARTS = 8;

function addressOf({ url }: Stage): string {
  return `${url}/${MODEL}/resolve/main/${LARGE}`;
}

throughStates({
  name: 'curl, whole and in eight ranges at once',
  publish,
  fetched: FETCHED_ONCE,
  async run(stage) {
    const env = await stage.client();
    const curl = async (...args: string[]): Promise<Buffer> => {
      const options = { env, encoding: 'buffer', maxBuffer: 2 * SIZE } as const;
      return (await run('curl', ['-sSf', ...args, addressOf(stage)], options)).stdout;
    };
    const edge = (part: number): number => Math.floor((SIZE * part) / PARTS);
    const parts = await Promise.all(
      Array.from({ length: PARTS }, (_, part) => curl('-r', `${edge(part)}-${edge(part + 1) - 1}`)),
    );
    const head = (await curl('-I')).toString().toLowerCase();
    return {
      parts: sha256(Buffer.concat(parts)),
      whole: sha256(await curl()),
      length: /^content-length: (\d+)\r$/m.exec(head)?.[1],
      ranges: /^accept-ranges: (\w+)\r$/m.exec(head)?.[1],
      xet: head.includes('xet'),
    };
  },
  expected: () => ({
    parts: DIGESTS[LARGE],
    whole: DIGESTS[LARGE],
    length: String(SIZE),
    ranges: 'bytes',
    xet: false,
  }),
});

throughStates({
  name: 'aria2c with eight connections',
  publish,
  fetched: FETCHED_ONCE,
  async run(stage) {
    const env = await stage.client();
    const folder = env['HOME'] ?? '';
    const parts = [
      `--split=${PARTS}`,
      `--max-connection-per-server=${PARTS}`,
      '--min-split-size=1M',
    ];
    await run('aria2c', ['--quiet', ...parts, `--dir=${folder}`, '--out=file', addressOf(stage)], {
      env,
    });
    return sha256(await readFile(join(folder, 'file')));
  },
  expected: () => DIGESTS[LARGE],
});
