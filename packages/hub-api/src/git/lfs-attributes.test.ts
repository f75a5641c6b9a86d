import { execFileSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import type { SnapshotFile } from '@modelkeep/core/spi';
import { expect, it, onTestFinished } from 'vitest';
import { completedAttributes } from './lfs-attributes.ts';

function lfs(path: string): SnapshotFile {
  return { path, size: 20_000_000, lfs: true, digest: 'a'.repeat(64) };
}

const plain: SnapshotFile = { path: 'a.json', size: 1, lfs: false, gitOid: 'b'.repeat(40) };

it('leaves attributes alone that name every file of git-lfs', () => {
  const attributes = new Map([['.gitattributes', '*.bin filter=lfs\n']]);
  expect(completedAttributes([plain, lfs('x.bin'), lfs('sub/y.bin')], attributes).size).toBe(0);
  expect(completedAttributes([plain], new Map()).size).toBe(0);
});

it('makes git take each file for one of git-lfs, by git itself', () => {
  const paths = [
    'x.onnx',
    'with space.onnx',
    'a[1]*?.onnx',
    '#hash.onnx',
    '!bang.onnx',
    'back\\slash.onnx',
    'näme.onnx',
    'sub/y.onnx',
    'sub/deep/z.onnx',
    'other/w.onnx',
  ];
  const attributes = new Map([
    ['.gitattributes', '*.bin filter=lfs\n*.onnx filter=lfs'],
    ['sub/.gitattributes', '*.onnx -filter'],
    ['other/.gitattributes', 'w.onnx !filter\n'],
  ]);
  for (const given of [attributes, new Map<string, string>()]) {
    const completed = completedAttributes([plain, ...paths.map(lfs)], given);
    const folder = mkdtempSync(join(tmpdir(), 'attributes-'));
    onTestFinished(() => rmSync(folder, { recursive: true }));
    for (const [path, text] of new Map([...given, ...completed])) {
      mkdirSync(dirname(join(folder, path)), { recursive: true });
      writeFileSync(join(folder, path), text);
    }
    const git = (...args: string[]): string =>
      execFileSync('git', ['-C', folder, ...args], { encoding: 'utf8' });
    git('init', '--quiet');
    const told = git('check-attr', '-z', 'filter', '--', ...paths, 'a.json').split('\0');
    const values = told.filter((_, index) => index % 3 === 2);
    expect(values).toEqual([...paths.map(() => 'lfs'), 'unspecified']);
  }
});
