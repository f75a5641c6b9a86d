import { describe, expect, it, vi } from 'vitest';
import { cachedModel } from '../../test/fake-cache.ts';
import { runCommand } from '../../test/run-command.ts';

/** What the completion library writes to the console from now on. */
function printed(): string[] {
  const lines: string[] = [];
  vi.spyOn(console, 'log').mockImplementation((line: string) => void lines.push(line));
  return lines;
}

async function* each<T>(items: readonly T[]): AsyncGenerator<T> {
  yield* items;
}

describe('completion', () => {
  const cache = { listModels: () => each([cachedModel('org/one'), cachedModel('two@v1')]) };
  const complete = async (...words: string[]): Promise<string[]> => {
    const lines = printed();
    const { stdout } = await runCommand(['complete', '--', ...words], { cache });
    return [...lines, ...stdout.split('\n')]
      .map((line) => line.split('\t')[0] ?? '')
      .filter((line) => line !== '');
  };

  it('knows commands, options and cached models', async () => {
    expect(await complete('p')).toEqual(['pull', 'path', 'pack', ':4']);
    expect(await complete('path', '')).toEqual(['org/one', 'two@v1', ':4']);
    expect(await complete('rm', 'org/one', 't')).toEqual(['two@v1', ':4']);
    expect(await complete('verify', '--q')).toContain('--quick');
    expect(await complete('export', 'two@v1', '--format', 'tar.')).toEqual([
      'tar.gz',
      'tar.zst',
      ':4',
    ]);
  });

  it('leaves files to the shell', async () => {
    expect(await complete('import', '')).toEqual([':0']);
    expect(await complete('export', 'two@v1', '-o', 'x')).toEqual([':0']);
  });

  it('never fails for a cache that cannot be read', async () => {
    const lines = printed();
    const outcome = await runCommand(['complete', '--', 'path', ''], { cache: new Error('no') });
    expect(outcome).toMatchObject({ status: 0, stderr: '' });
    expect(lines).toEqual([':4']);
  });
});

describe('a completion script', () => {
  it.each(['bash', 'zsh', 'fish', 'powershell'])('is there for %s', async (shell) => {
    const lines = printed();
    const outcome = await runCommand(['completion', shell]);
    expect(outcome.status).toBe(0);
    expect([...lines, outcome.stdout].join('\n')).toMatch(/\bcomplete\b.*modelkeep/s);
  });

  it('is not there for another shell', async () => {
    expect((await runCommand(['completion', 'tcsh'])).status).toBe(2);
  });
});
