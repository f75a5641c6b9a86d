import { expect, it } from 'vitest';
import { readRequires } from './read-requires.ts';

it('reads the names of every call once', () => {
  const source = "requires('git');\nrequires(\n  'git-lfs',\n  'git',\n);\nnotRequires('tar')";
  expect(readRequires(source)).toEqual(['git', 'git-lfs']);
});

it('finds nothing where nothing is required', () => {
  expect(readRequires("import { requires } from 'x';")).toEqual([]);
});

it('refuses what it cannot read without running it', () => {
  expect(() => readRequires('requires(names[0])')).toThrow('single-quoted');
  expect(() => readRequires('requires("git")')).toThrow('single-quoted');
});
