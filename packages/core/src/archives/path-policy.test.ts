import { describe, expect, it } from 'vitest';
import { isModelkeepError } from '../spi/errors.ts';
import { findCollision } from './file-system-collisions.ts';
import { pathSegments } from './path-policy.ts';

function refusal(path: string): string {
  try {
    pathSegments(path);
    return 'accepted';
  } catch (error) {
    return isModelkeepError(error, 'archive-invalid') ? String(error.details['reason']) : 'other';
  }
}

describe('pathSegments', () => {
  it.each([
    ['r/model/a.txt', ['r', 'model', 'a.txt']],
    ['./r/a', ['r', 'a']],
    ['././r/a', ['r', 'a']],
    ['.', []],
    ['./', []],
    ['r/...hidden', ['r', '...hidden']],
    ['r/ünï 漢字.bin', ['r', 'ünï 漢字.bin']],
    ['r/auxiliary.py', ['r', 'auxiliary.py']],
    ['r/ab:c', ['r', 'ab:c']],
  ])('takes %j', (path, segments) => {
    expect(pathSegments(path)).toEqual(segments);
  });

  it.each([
    ['', 'path-not-plain'],
    ['/etc/passwd', 'path-absolute'],
    ['//server/share', 'path-absolute'],
    ['\\\\server\\share', 'path-absolute'],
    ['C:/x', 'path-absolute'],
    ['r/C:x', 'path-absolute'],
    ['..', 'path-leaves-root'],
    ['r/../x', 'path-leaves-root'],
    ['./../x', 'path-leaves-root'],
    ['r/model/..', 'path-leaves-root'],
    ['r//x', 'path-not-plain'],
    ['r/./x', 'path-not-plain'],
    ['r/x/', 'path-not-plain'],
    ['r\\x', 'name-not-portable'],
    ['r/a\u0000b', 'name-not-portable'],
    ['r/a\nb', 'name-not-portable'],
    ['r/a\u0085b', 'name-not-portable'],
    ['r/CON', 'name-not-portable'],
    ['r/nul.txt', 'name-not-portable'],
    ['r/com1 .txt', 'name-not-portable'],
    ['r/dot.', 'name-not-portable'],
    ['r/space ', 'name-not-portable'],
    ['r/.GIT/config', 'git-folder-alias'],
    ['r/git~1/config', 'git-folder-alias'],
    ['r/.g\u200cit/config', 'git-folder-alias'],
    ['r/a\ud800', 'name-not-utf-8'],
    [`r/${'é'.repeat(128)}`, 'path-too-long'],
    [`r/model${`/${'x'.repeat(200)}`.repeat(7)}`, 'path-too-long'],
    [`r/model${'/x'.repeat(40)}`, 'path-too-deep'],
  ])('refuses %j', (path, reason) => {
    expect(refusal(path)).toBe(reason);
  });
});

describe('findCollision', () => {
  const linux = { caseInsensitive: false, normalizing: false };
  const windows = { caseInsensitive: true, normalizing: false };
  const mac = { caseInsensitive: true, normalizing: true };

  it.each([
    [
      ['A', 'a'],
      [false, true, true],
    ],
    [
      ['\u00e9', 'e\u0301'],
      [false, true, true],
    ],
    [
      ['straße', 'STRASSE'],
      [false, true, true],
    ],
    [
      ['a/b', 'A'],
      [false, true, true],
    ],
    [
      ['a/b', 'a'],
      [true, true, true],
    ],
    [
      ['a/x', 'A/y', 'a.b'],
      [false, false, false],
    ],
  ])('%j', (paths, expected) => {
    expect([linux, windows, mac].map((rules) => findCollision(paths, rules) !== undefined)).toEqual(
      expected,
    );
  });
});
