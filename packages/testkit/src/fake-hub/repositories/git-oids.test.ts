import { expect, it } from 'vitest';
import { gitCommitId, gitObjectId, gitTreeIds } from './git-oids.ts';

// Written by git 2.39 for the same files.
const BLOBS = new Map([
  ['a.txt', 'ce013625030ba8dba906f756967f9e9ca394464a'],
  ['a/b/c', 'c1b0730e0133447badcfd47fd144e254807b06e1'],
  ['a/z', 'e25f1814e51579d5f55c0f1fe0135ddb28a47f4a'],
  ['a0', 'e69de29bb2d1d6434b8b29ae775ad8c2e48c5391'],
]);

it('gives blobs the ids that git gives them', () => {
  expect(gitObjectId('blob', 'hello\n')).toBe('ce013625030ba8dba906f756967f9e9ca394464a');
  expect(gitObjectId('blob', '')).toBe('e69de29bb2d1d6434b8b29ae775ad8c2e48c5391');
});

it('gives trees the ids that git gives them, folders sorted among files as git does', () => {
  expect(Object.fromEntries(gitTreeIds(BLOBS))).toEqual({
    '': '16b40728be8a0959611e0d7d53fa2b95f03e9ca8',
    a: '590d957b634b2d4f237856a06533ea9a6e2ea396',
    'a/b': 'eb419bb6d84a1cb33305c7398c075ebc821e7c41',
  });
  expect(gitTreeIds(new Map()).get('')).toBe('4b825dc642cb6eb9a060e54bf8d69288fbee4904');
});

it('gives commits the ids that git gives them', () => {
  const tree = '16b40728be8a0959611e0d7d53fa2b95f03e9ca8';
  const date = 1_735_689_600_000;
  expect(gitCommitId({ tree, author: 't', message: 'initial commit', date })).toBe(
    '685b7955f5b8687eae15e1500fc9a70ba528e496',
  );
  const parent = '685b7955f5b8687eae15e1500fc9a70ba528e496';
  expect(gitCommitId({ tree, parent, author: 't', message: 'initial commit', date })).not.toBe(
    parent,
  );
});
