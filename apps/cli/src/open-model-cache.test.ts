import { writeFile } from 'node:fs/promises';
import { tempFolder } from '@modelkeep/testkit/memory';
import { expect, it } from 'vitest';
import { findWorkspace } from './open-model-cache.ts';

it.each([
  ['', 'home', true],
  ['storage: { directory: vol }', 'vol', true],
  ['storage: { backend: s3, bucket: b }', 'home', false],
  ['storage: { backend: s3, bucket: b, localTier: { size: 1 GB, folder: fast } }', 'fast', false],
])('models are laid out where %j says', async (text, name, isStore) => {
  await using folder = await tempFolder();
  const config = folder.join('config.yaml');
  await writeFile(config, text);
  const home = folder.join('home');
  expect(await findWorkspace({ config, home })).toEqual({ folder: folder.join(name), isStore });
});
