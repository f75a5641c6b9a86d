import { describe, expect, it } from 'vitest';
import { commitOfGitFolder } from '../archives/git-folder.ts';
import { lfsRules } from './git-attributes.ts';
import { matchesGitPattern } from './git-pattern.ts';
import { parseLfsPointer } from './lfs-pointer.ts';

describe('matchesGitPattern', () => {
  it.each([
    ['*.bin', 'a.bin', true],
    ['*.bin', 'deep/a.bin', true],
    ['*.bin', 'a.bin.txt', false],
    ['/*.bin', 'deep/a.bin', false],
    ['a/*.bin', 'a/b/c.bin', false],
    ['a/**', 'a/b/c', true],
    ['a/**', 'a', false],
    ['**/a/*', 'x/y/a/b', true],
    ['**/b', 'b', true],
    ['a/**/b', 'a/b', true],
    ['a/**/b', 'a/x/y/b', true],
    ['saved_model/**/*', 'saved_model/x/y.pb', true],
    ['*tfevents*', 'runs/events.out.tfevents.1', true],
    ['v[0-9].bin', 'v7.bin', true],
    ['v[!0-9].bin', 'v7.bin', false],
    ['v?.bin', 'vx.bin', true],
    ['\\*.bin', '*.bin', true],
    ['[.bin', '[.bin', true],
    ['folder/', 'folder/x', false],
  ])('%s on %s: %s', (pattern, path, expected) => {
    expect(matchesGitPattern(pattern, path)).toBe(expected);
  });

  it('does not run for ever on a hostile pattern', () => {
    const pattern = `${'*a'.repeat(400)}b`;
    expect(matchesGitPattern(pattern, 'a'.repeat(1000))).toBe(false);
    expect(matchesGitPattern('**/a/'.repeat(200), 'a/'.repeat(400))).toBe(false);
  });
});

describe('commitOfGitFolder of a clone from a server', () => {
  const head = 'a'.repeat(40);
  const upstream = 'b'.repeat(40);
  const tag = `refs/tags/upstream-${upstream}`;
  const clone = { HEAD: 'ref: refs/heads/main\n', 'refs/heads/main': `${head}\n` };

  it.each([
    ['is what HEAD names', clone, head],
    [
      'is the upstream one of a clone from a server of ours',
      { ...clone, 'packed-refs': `# pack-refs\n${head} ${tag}\n` },
      upstream,
    ],
    ['is the upstream one of a tag fetched later', { ...clone, [tag]: `${head}\n` }, upstream],
    ['is not that of another commit', { ...clone, [tag]: `${'c'.repeat(40)}\n` }, head],
    ['is unknown without HEAD', { [tag]: head }, undefined],
  ])('%s', (_, texts, expected) => {
    expect(commitOfGitFolder(new Map(Object.entries(texts)))).toBe(expected);
  });
});

describe('lfsRules', () => {
  it('lets the last rule, the deeper file and the size decide', () => {
    const isLfs = lfsRules(
      new Map([
        ['sub/.gitattributes', '*.bin -filter\n'],
        [
          '.gitattributes',
          '# comment\n*.bin filter=lfs diff=lfs -text\nplain.bin !filter\n*.txt text\n',
        ],
      ]),
    );
    const small = (path: string): boolean => isLfs({ path, size: 1 });
    expect(['a.bin', 'x/a.bin', 'plain.bin', 'sub/a.bin', 'a.txt'].map(small)).toEqual([
      true,
      true,
      false,
      false,
      false,
    ]);
    expect(isLfs({ path: 'a.txt', size: 10 * 1024 * 1024 + 1 })).toBe(true);
    expect(isLfs({ path: 'a.txt', size: 10 * 1024 * 1024 })).toBe(false);
  });
});

describe('parseLfsPointer', () => {
  const text = `version https://git-lfs.github.com/spec/v1\noid sha256:${'1'.repeat(64)}\nsize 12\n`;
  it('reads a pointer and nothing else', () => {
    expect(parseLfsPointer(Buffer.from(text))).toEqual({ digest: '1'.repeat(64), size: 12 });
    expect(parseLfsPointer(Buffer.from(text.replaceAll('\n', '\r\n')))).toBeDefined();
    expect(parseLfsPointer(Buffer.from(`${text}more\n`))).toBeUndefined();
    expect(parseLfsPointer(Buffer.from('{}'))).toBeUndefined();
  });
});

describe('commitOfGitFolder', () => {
  const a = 'a'.repeat(40);
  const b = 'b'.repeat(40);
  it.each([
    [{ HEAD: `${a}\n` }, a],
    [
      {
        HEAD: 'ref: refs/heads/main\n',
        'refs/heads/main': `${a}\n`,
        'packed-refs': `${b} refs/heads/main\n`,
      },
      a,
    ],
    [
      { HEAD: 'ref: refs/heads/main', 'packed-refs': `# pack-refs\n${b} refs/heads/main\n^${a}\n` },
      b,
    ],
    [{ HEAD: 'ref: refs/heads/gone' }, undefined],
    [{ HEAD: 'ref: ../../etc/passwd' }, undefined],
    [{}, undefined],
  ])('%j', (texts, expected) => {
    expect(commitOfGitFolder(new Map(Object.entries(texts)))).toBe(expected);
  });
});
