import { mkdir } from 'node:fs/promises';
import { requires } from '@modelkeep/test-requirements';
import { tempFolder } from '@modelkeep/testkit/memory';
import { expect, it } from 'vitest';
import { startProcess } from '../test/child-process.ts';

requires('tmpfs-mount');

it('reads on a full volume, says that it is full, and writes again when there is room', async () => {
  await using folder = await tempFolder();
  const volume = folder.join('volume');
  await mkdir(volume);
  const mount = 'mount -t tmpfs -o size=2m tmpfs "$0" && exec "$@"';
  const under = ['unshare', '--mount', 'sh', '-c', mount, volume];
  await using child = startProcess(['fill-up', `${volume}/index.db`], { under });
  expect(await child.lines()).toEqual([
    'org/model',
    'done',
    'no-space',
    'no-space',
    'done',
    'org/model org/more',
  ]);
});

it('reads on a volume that is mounted read-only, also as root', async () => {
  await using folder = await tempFolder();
  const volume = folder.join('volume');
  {
    await using writer = startProcess(['write', `${volume}/index.db`, 'org', '1']);
    await writer.lines();
  }
  const mount = 'mount --bind "$0" "$0" && mount -o remount,bind,ro "$0" && exec "$@"';
  const under = ['unshare', '--mount', 'sh', '-c', mount, volume];
  await using reader = startProcess(['read', `${volume}/index.db`], { under });
  expect(await reader.line()).toBe('org/model-0');
  expect(await reader.line()).toMatch(/^storage-failed: .*read-only file system/);
  reader.child.stdin?.end();
  await reader.lines();
});
