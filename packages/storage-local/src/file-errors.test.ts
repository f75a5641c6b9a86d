import { constants } from 'node:os';
import { isModelkeepError, ModelkeepError } from '@modelkeep/core/spi';
import { expect, it } from 'vitest';
import { storageError } from './file-errors.ts';

it.each([
  ['ENOSPC', 'no-space', false],
  ['EDQUOT', 'no-space', false],
  ['EACCES', 'storage-failed', false],
  ['EPERM', 'storage-failed', false],
  ['EROFS', 'storage-failed', false],
  ['EIO', 'storage-failed', false],
  ['EMFILE', 'storage-failed', true],
  ['EUNKNOWN', 'storage-failed', false],
])('%s is %s and names the path', (code, expected, retryable) => {
  const cause = Object.assign(new Error(`${code}: failed`), { code });
  const error = storageError(cause, 'Cannot write', '/store/object');
  expect(isModelkeepError(error) ? error : undefined).toMatchObject({
    code: expected,
    retryable,
    cause,
  });
  expect((error as Error).message).toMatch(/^Cannot write \/store\/object: /);
});

it('knows a quota that is used up, though Node has no name for it', () => {
  const code = 'Unknown system error -122';
  const cause = Object.assign(new Error(code), { code, errno: -constants.errno.EDQUOT });
  expect(storageError(cause, 'Cannot write', '/store')).toMatchObject({ code: 'no-space' });
  const other = Object.assign(new Error(code), { code, errno: -100_000 });
  expect(storageError(other, 'Cannot write', '/store')).toMatchObject({ code: 'storage-failed' });
});

it('passes our own errors, aborts and what it does not know', () => {
  const aborted = new DOMException('enough', 'AbortError');
  const coded = Object.assign(new Error('of a library'), { code: 'ERR_INVALID_ARG_TYPE' });
  for (const error of [new ModelkeepError('conflict', 'ours'), aborted, coded, 'text', undefined]) {
    expect(storageError(error, 'Cannot write', '/store/object')).toBe(error);
  }
});
