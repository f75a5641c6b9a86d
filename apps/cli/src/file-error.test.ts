import { expect, it } from 'vitest';
import { fileError } from './file-error.ts';

const failed = (code: string): Error => Object.assign(new Error(`${code}: raw`), { code });

it.each([
  ['ENOENT', 'there is no /a/b'],
  ['EACCES', 'cannot write /a/b: this user may not'],
  ['EROFS', 'cannot write /a/b: the volume is mounted read-only'],
  ['EUNKNOWN', 'EUNKNOWN: raw'],
])('%s is told as: %s', (code, message) => {
  expect(fileError(failed(code), 'write', '/a/b')).toMatchObject({ code, message });
});

it('tells of a full volume, and which one it is', () => {
  expect(fileError(failed('ENOSPC'), 'write', '/a/b')).toMatchObject({
    code: 'no-space',
    message: 'cannot write /a/b: its volume is full',
    details: { hint: expect.stringContaining('another volume') },
  });
});
