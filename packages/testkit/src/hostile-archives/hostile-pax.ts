import { CONFIG, type HostileArchive, METADATA, refused } from './hostile-case.ts';
import { padded, paxRecord, rawHeader, rawLongName, rawMember, rawPax, rawTar } from './raw-tar.ts';

const FILE = rawMember({ path: 'r/model/x', content: 'x' });

/** A valid archive with these blocks before one more file. */
function before(name: string, reason: string, ...parts: readonly Uint8Array[]): HostileArchive {
  return {
    name: `tar: ${name}`,
    bytes: () => rawTar(rawMember(METADATA), rawMember(CONFIG), ...parts, FILE),
    expected: refused(reason),
  };
}

function pax(name: string, reason: string, ...records: readonly Uint8Array[]): HostileArchive {
  return before(`pax ${name}`, reason, rawPax(Buffer.concat(records)));
}

function paths(): HostileArchive[] {
  return [
    pax('path that leads out', 'path-leaves-root', paxRecord('path', 'r/model/../../../canary')),
    pax('path absolute', 'path-absolute', paxRecord('path', '/etc/canary')),
    pax('path with NUL', 'nul-in-name', paxRecord('path', 'model/a\0../../x')),
    pax('path with a newline', 'name-not-portable', paxRecord('path', 'r/model/a\nb')),
    pax('path empty', 'bad-pax', paxRecord('path', '')),
    pax(
      'path not UTF-8',
      'name-not-utf-8',
      paxRecord('path', Buffer.from('r/model/\xff', 'latin1')),
    ),
    pax(
      'path twice',
      'duplicate-pax-key',
      paxRecord('path', 'r/model/a'),
      paxRecord('path', 'r/model/b'),
    ),
    pax('path too long', 'path-too-long', paxRecord('path', `r/model/${'a/'.repeat(700)}b`)),
    pax(
      'path in binary',
      'unknown-pax-key',
      paxRecord('hdrcharset', 'BINARY'),
      paxRecord('path', 'r/model/a'),
    ),
    before('GNU name that leads out', 'path-leaves-root', rawLongName('../../canary')),
    before('GNU name with NUL', 'nul-in-name', rawLongName('r/model/a\0../x')),
    before('GNU name too long', 'path-too-long', rawLongName(`r/model/${'n'.repeat(5000)}`)),
    before(
      'GNU name of a gigabyte',
      'path-too-long',
      rawHeader({ name: 'L', type: 'L', size: 2 ** 30 }),
    ),
    before(
      'GNU link target, then a file',
      'duplicate-member',
      rawLongName('r/x', 'K'),
      rawMember(CONFIG),
    ),
  ];
}

function sizes(): HostileArchive[] {
  const size = (value: string): Buffer => paxRecord('size', value);
  return [
    pax('size other than the header', 'sizes-disagree', size('0')),
    pax('size larger than the header', 'sizes-disagree', size('600')),
    pax('size of 8 GiB over a small one', 'sizes-disagree', size(String(2 ** 33))),
    pax('size negative', 'bad-size', size('-1')),
    pax('size with a plus', 'bad-size', size('+1')),
    pax('size hexadecimal', 'bad-size', size('0x1')),
    pax('size with an exponent', 'bad-size', size('1e0')),
    pax('size a fraction', 'bad-size', size('1.0')),
    pax('size with a zero first', 'bad-size', size('01')),
    pax('size empty', 'bad-size', size('')),
    pax('size with NUL', 'bad-size', size('1\0')),
    pax('size beyond exact numbers', 'bad-size', size('9007199254740993')),
    pax('size of 30 digits', 'bad-size', size('9'.repeat(30))),
    pax('size twice', 'duplicate-pax-key', size('1'), size('1')),
    before(
      'pax size over a GNU name',
      'ambiguous-headers',
      rawPax(size('1')),
      rawLongName('r/model/y'),
    ),
  ];
}

function records(): HostileArchive[] {
  const raw = (name: string, text: string): HostileArchive =>
    pax(name, 'bad-pax', Buffer.from(text));
  return [
    raw('record without a length', 'path=x\n'),
    raw('record of length 0', '0 path=x\n'),
    raw('record with a zero first', '010 path=x\n'),
    raw('record with a negative length', '-9 path=x\n'),
    raw('record that is too short', '5 path=x\n'),
    raw('record that goes beyond the header', '99 path=x\n'),
    raw('record of length 4 GiB', '4294967304 path=x\n'),
    raw('record without an equals sign', '7 path\n'),
    raw('record without a key', '6 =ab\n'),
    raw('record without a newline', '9 path=xy'),
    raw('record followed by zeros', '9 path=x\n\0\0\0'),
    pax('sparse map', 'sparse-or-multi-volume', paxRecord('GNU.sparse.map', '0,1')),
    pax('sparse version 1.0', 'sparse-or-multi-volume', paxRecord('GNU.sparse.major', '1')),
    pax('sparse name', 'sparse-or-multi-volume', paxRecord('GNU.sparse.name', '../../canary')),
    pax('sparse size', 'sparse-or-multi-volume', paxRecord('GNU.sparse.realsize', '9')),
    pax('sparse of star', 'sparse-or-multi-volume', paxRecord('SCHILY.realsize', '9')),
    pax('sparse of Solaris', 'sparse-or-multi-volume', paxRecord('SUN.holesdata', '0 1')),
    pax('volume of several', 'sparse-or-multi-volume', paxRecord('SCHILY.offset', '5')),
    pax('key that nobody knows', 'unknown-pax-key', paxRecord('pa\u0074h2', 'x')),
    pax('key of a prototype', 'unknown-pax-key', paxRecord('__proto__', 'x')),
    pax('key of an unknown vendor', 'unknown-pax-key', paxRecord('EVIL.path', 'x')),
  ];
}

function sequences(): HostileArchive[] {
  const comment = rawPax(paxRecord('comment', 'x'));
  const archive = (
    name: string,
    reason: string,
    ...parts: readonly Uint8Array[]
  ): HostileArchive => ({
    name: `tar: ${name}`,
    bytes: () => rawTar(rawMember(METADATA), rawMember(CONFIG), ...parts),
    expected: refused(reason),
  });
  return [
    before('two pax headers for one member', 'ambiguous-headers', comment, comment),
    before('a GNU name, then a pax header', 'ambiguous-headers', rawLongName('r/y'), comment),
    before(
      'two GNU names for one member',
      'ambiguous-headers',
      rawLongName('r/y'),
      rawLongName('r/z'),
    ),
    archive('a pax header at the end', 'ambiguous-headers', comment),
    archive('a GNU name at the end', 'ambiguous-headers', rawLongName('r/model/y')),
    before(
      'a pax header of a gigabyte',
      'extended-header-too-large',
      rawHeader({ name: 'x', type: 'x', size: 2 ** 30 }),
    ),
    before(
      'bytes in the padding of a pax header',
      'bytes-in-padding',
      rawHeader({ name: 'x', type: 'x', size: 12 }),
      padded('12 comment=x'.replace('12 comment=x', '12 comment=\n'), 0x41),
    ),
    before('global path', 'global-pax', rawPax(paxRecord('path', 'r/model/evil'), 'g')),
    before('global size', 'global-pax', rawPax(paxRecord('size', '0'), 'g')),
    before('global link target', 'global-pax', rawPax(paxRecord('linkpath', '/etc'), 'g')),
    before('global time', 'global-pax', rawPax(paxRecord('mtime', '1'), 'g')),
    before(
      'global comment and path',
      'global-pax',
      rawPax(Buffer.concat([paxRecord('comment', 'x'), paxRecord('path', 'y')]), 'g'),
    ),
  ];
}

/** Extended headers that readers understand in more than one way. */
export function hostilePaxHeaders(): readonly HostileArchive[] {
  return [...paths(), ...sizes(), ...records(), ...sequences()];
}
