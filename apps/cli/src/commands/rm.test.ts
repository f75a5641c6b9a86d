import type { CachedModel } from '@modelkeep/core';
import { ModelkeepError } from '@modelkeep/core/spi';
import { describe, expect, it } from 'vitest';
import { COMMIT, cachedModel, notCached } from '../../test/fake-cache.ts';
import { runCommand } from '../../test/run-command.ts';

describe('rm', () => {
  const removed: string[] = [];
  const cache = {
    findModel: (name: string) =>
      name === 'absent' ? Promise.reject(notCached(name)) : Promise.resolve(cachedModel(name)),
    removeModel: (name: string) => {
      removed.push(name);
      return Promise.resolve({ key: `hf@${name}`, commits: [COMMIT], freedBytes: 5000 });
    },
  };
  const run = async (
    ...parameters: Parameters<typeof runCommand>
  ): Promise<Awaited<ReturnType<typeof runCommand>>> => {
    removed.length = 0;
    return runCommand(parameters[0], { cache, ...parameters[1] });
  };

  it('without a terminal needs --yes', async () => {
    expect(await run(['rm', 'a'])).toMatchObject({ status: 2, opened: [] });
    expect(await run(['rm', 'a', '--yes'])).toMatchObject({
      status: 0,
      stdout: 'removed a: 5.00 kB freed\n',
    });
    expect(removed).toEqual(['a']);
  });

  it('asks on a terminal', async () => {
    const terminal = { stdin: true, stderr: true };
    expect((await run(['rm', 'a'], { terminal, stdin: 'n\n' })).status).toBe(0);
    expect(removed).toEqual([]);
    const outcome = await run(['rm', 'a'], { terminal, stdin: 'y\n' });
    expect(outcome.stderr).toContain('Remove from the cache? [y/N] ');
    expect(removed).toEqual(['a']);
  });

  it('removes nothing if the terminal ends without an answer', async () => {
    const terminal = { stdin: true, stderr: true };
    expect((await run(['rm', 'a'], { terminal, stdin: '' })).status).toBe(0);
    expect(removed).toEqual([]);
  });

  it('says that nothing was removed if it is interrupted at the question', async () => {
    const controller = new AbortController();
    const findModel = (name: string): Promise<CachedModel> => {
      controller.abort();
      return Promise.resolve(cachedModel(name));
    };
    const options = { terminal: { stdin: true, stderr: true }, signal: controller.signal };
    const outcome = await run(['rm', 'a'], { ...options, cache: { ...cache, findModel } });
    expect(outcome.status).toBe(130);
    expect(outcome.stderr).toContain('interrupted: nothing was removed\n');
  });

  it('removes nothing if one name is not there', async () => {
    expect((await run(['rm', 'a', 'absent', '--yes'])).status).toBe(3);
    expect(removed).toEqual([]);
  });

  it('removes a model that is damaged', async () => {
    const findModel = (): Promise<never> =>
      Promise.reject(new ModelkeepError('object-not-found', 'blob is gone'));
    const damaged = { ...cache, findModel };
    expect((await run(['rm', 'a', '--yes'], { cache: damaged })).status).toBe(0);
    expect(removed).toEqual(['a']);
  });

  it('gives what was removed with --json', async () => {
    const { stdout } = await run(['rm', 'a', 'b', '--yes', '--json']);
    expect(JSON.parse(stdout)).toMatchObject([{ freedBytes: 5000 }, { key: 'hf@b' }]);
  });
});
