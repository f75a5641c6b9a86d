import { expect, it } from 'vitest';
import { readFetchArguments } from './fetch-arguments.ts';
import { GitProtocolError } from './git-command.ts';

const A = 'a'.repeat(40);
const B = 'b'.repeat(40);

it('reads what a client of today sends', () => {
  const args = ['thin-pack', 'no-progress', 'include-tag', 'ofs-delta', 'deepen 1', `shallow ${B}`];
  expect(readFetchArguments([...args, `want ${A}`, `want ${A}`, `have ${B}`, 'done'])).toEqual({
    wants: [A],
    haves: [B],
    filter: { blobsFrom: Number.POSITIVE_INFINITY, trees: true },
    shallow: [B],
    depth: 1,
    done: true,
    showsProgress: false,
  });
});

it.each([
  [[], undefined],
  [['deepen 3'], 3],
  [['deepen 2147483647'], 2147483647],
  [['deepen 1', 'deepen-relative'], Number.POSITIVE_INFINITY],
  [['deepen-since 1700000000'], 1],
  [['deepen-not refs/heads/x'], 1],
])('reads from %j how much history is asked for', (args, depth) => {
  expect(readFetchArguments([`want ${A}`, ...args]).depth).toBe(depth);
});

it.each([
  ['blob:none', { blobsFrom: 0, trees: true }],
  ['blob:limit=10', { blobsFrom: 10, trees: true }],
  ['blob:limit=2k', { blobsFrom: 2048, trees: true }],
  ['blob:limit=1G', { blobsFrom: 2 ** 30, trees: true }],
  ['tree:0', { blobsFrom: 0, trees: false }],
])('knows the filter %s', (spec, filter) => {
  expect(readFetchArguments([`want ${A}`, `filter ${spec}`]).filter).toEqual(filter);
});

it.each([
  [],
  ['done'],
  ['want main'],
  [`want ${A.toUpperCase()}`],
  ['want ../../etc/passwd'],
  ['want --upload-pack=touch'],
  [`want ${A}`, 'have x'],
  [`want ${A}`, 'deepen 0'],
  [`want ${A}`, 'deepen x'],
  [`want ${A}`, 'filter sparse:oid=main:x'],
  [`want ${A}`, 'filter blob:limit=-1'],
  [`want ${A}`, 'filter'],
  [`want ${A}`, 'want-ref refs/heads/main'],
  [`want ${A}`, 'packfile-uris https'],
  [`want ${A}`, '__proto__ x'],
])('refuses %j', (...args) => {
  expect(() => readFetchArguments(args)).toThrow(GitProtocolError);
});
