import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { checkManifest, type Manifest } from './manifest.ts';

const folder = 'packages/core';
const good: Manifest = JSON.parse(
  readFileSync(join(import.meta.dirname, '../../..', folder, 'package.json'), 'utf8'),
);

describe('checkManifest', () => {
  it('accepts a package as it should be', () => {
    expect(checkManifest(folder, good)).toEqual([]);
  });

  it.each<[string, Manifest, string]>([
    ['a wrong name', { ...good, name: '@modelkeep/kernel' }, 'name: must be'],
    ['a private package', { ...good, private: true }, 'private: must be'],
    ['no provenance', { ...good, publishConfig: { access: 'public' } }, 'publishConfig: must be'],
    ['an unknown field', { ...good, main: 'x.js' } as Manifest, 'main: not used here'],
    ['a range', { ...good, dependencies: { tar: '^7.0.0' } }, 'dependencies tar: must be an exact'],
    ['a pinned sibling', { ...good, dependencies: { '@modelkeep/x': '1.0.0' } }, 'workspace:^'],
    ['a peer of ours', { ...good, peerDependencies: { '@modelkeep/x': '*' } }, 'use dependencies'],
    ['no source condition', { ...good, exports: { '.': './dist/index.js' } }, 'exports .: must be'],
    ['another order', reversed(good), 'order of keys: must be'],
  ])('names %s', (_, manifest, expected) => {
    expect(checkManifest(folder, manifest).join('\n')).toContain(expected);
  });

  it('wants tools to be private', () => {
    expect(checkManifest('tools/x', { ...good, private: false }).join()).toContain('private: must');
  });
});

function reversed(manifest: Manifest): Manifest {
  return Object.fromEntries(Object.entries(manifest).reverse());
}
