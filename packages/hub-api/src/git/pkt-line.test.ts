import { expect, it } from 'vitest';
import { seeded } from '../../test/seeded.ts';
import { GitProtocolError, readCommand } from './git-command.ts';
import { DELIMITER, FLUSH, MOST_PAYLOAD, pktLine, readPackets } from './pkt-line.ts';

const RUNS = 20_000;

it('frames as git does, and reads what it framed', () => {
  expect(pktLine('version 2\n').toString()).toBe('000eversion 2\n');
  expect(pktLine('').toString()).toBe('0004');
  const longest = Buffer.alloc(MOST_PAYLOAD, 7);
  expect(pktLine(longest).toString('latin1', 0, 4)).toBe('fff0');
  expect(() => pktLine(Buffer.alloc(MOST_PAYLOAD + 1))).toThrow(RangeError);
  const message = Buffer.concat([pktLine('a'), DELIMITER, pktLine(longest), pktLine(''), FLUSH]);
  expect(readPackets(message)).toEqual([
    Buffer.from('a'),
    'delimiter',
    longest,
    Buffer.of(),
    'flush',
  ]);
});

it.each([
  '0002',
  '0003',
  '000',
  '00',
  'x',
  '0005',
  '0006a',
  '-001',
  '0x10',
  ' 004',
  'fff1',
  '00g4',
])('refuses %j', (text) => {
  expect(() => readPackets(Buffer.from(text))).toThrow(SyntaxError);
});

it.each([
  ['nothing', Buffer.of()],
  ['no end', pktLine('command=fetch\n')],
  ['two commands', Buffer.concat([pktLine('command=fetch'), FLUSH, pktLine('x'), FLUSH])],
  ['no command', Buffer.concat([pktLine('agent=git'), FLUSH])],
  ['a path for a command', Buffer.concat([pktLine('command=../fetch'), FLUSH])],
  ['two delimiters', Buffer.concat([pktLine('command=a'), DELIMITER, DELIMITER, FLUSH])],
  ['sha256', Buffer.concat([pktLine('command=a'), pktLine('object-format=sha256'), FLUSH])],
])('a request with %s is refused', (_, body) => {
  expect(() => readCommand(body)).toThrow(GitProtocolError);
});

it('reads a command, its capabilities and its arguments', () => {
  const body = Buffer.concat([
    pktLine('command=ls-refs\n'),
    pktLine('agent=git/2.39\n'),
    DELIMITER,
    pktLine('ref-prefix HEAD\n'),
    FLUSH,
  ]);
  expect(readCommand(body)).toEqual({
    name: 'ls-refs',
    capabilities: ['agent=git/2.39'],
    args: ['ref-prefix HEAD'],
  });
});

it(`${RUNS} damaged requests: read, or refused as such`, () => {
  const { next, pick, seed } = seeded();
  const good = Buffer.concat([
    pktLine('command=fetch\n'),
    pktLine('object-format=sha1'),
    DELIMITER,
    pktLine(`want ${'a'.repeat(40)}\n`),
    pktLine('done'),
    FLUSH,
  ]);
  for (let run = 0; run < RUNS; run += 1) {
    const bytes = Buffer.from(good);
    for (let edit = next(6); edit >= 0; edit -= 1) {
      bytes[next(bytes.length)] = pick([next(256), 0x30, 0x31, 0x66, 0x2d]);
    }
    const damaged = bytes.subarray(0, bytes.length - pick([0, 0, next(bytes.length)]));
    try {
      readCommand(damaged);
    } catch (error) {
      if (!(error instanceof GitProtocolError)) {
        throw new Error(`SEED=${seed}, run ${run}`, { cause: error });
      }
    }
  }
});
