import { execFile } from 'node:child_process';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { pythonEnvironment, requires } from '@modelkeep/test-requirements';
import { expect, it } from 'vitest';
import { DIGESTS, LARGE, MODEL, publish, sha256OfFile } from './fixture.ts';
import { setStage } from './stage.ts';

requires('python-env');

const run = promisify(execFile);
const { python, hf } = pythonEnvironment();
const VERSION = 'import hf_xet; print("here")';

it('huggingface_hub with hf_xet, whose cache knows Xet hashes from the Hub itself, is told how to go on', async () => {
  await using stage = await setStage();
  const commit = await publish(stage);
  const env = await stage.client();
  expect((await run(python, ['-c', VERSION], { env })).stdout).toBe('here\n');
  const direct = { ...env, HF_ENDPOINT: stage.hub.url };
  await run(hf, ['download', MODEL, '--include', 'config.json', '--quiet'], { env: direct });
  const tree = join(env['HF_HOME'] ?? '', `hub/models--org--name/trees/${commit}.json`);
  expect(await readFile(tree, 'utf8')).toContain('xet_hash');

  const download = (more: NodeJS.ProcessEnv): Promise<{ stdout: string }> =>
    run(hf, ['download', MODEL, '--quiet'], { env: { ...env, ...more } });
  await expect(download({})).rejects.toThrow('Set HF_HUB_DISABLE_XET=1 and try again');
  const { stdout } = await download({ HF_HUB_DISABLE_XET: '1' });
  expect(await sha256OfFile(join(stdout.trim(), LARGE))).toBe(DIGESTS[LARGE]);
});
