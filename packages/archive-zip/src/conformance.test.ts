import { describeArchiveFormat } from '@modelkeep/testkit';
import { bodyOf, collectBytes } from '@modelkeep/testkit/memory';
import { expect, it } from 'vitest';
import { zipArchives } from './zip-archives.ts';

describeArchiveFormat('zip, stored', { create: zipArchives });
describeArchiveFormat('zip, deflated', { create: () => zipArchives({ method: 'deflate' }) });

it('compresses for the call that asks for it, as for the one that always does', async () => {
  const content = Buffer.alloc(100_000, 'text');
  const members = [{ path: 'root/a', size: content.length, open: () => bodyOf(content) }];
  const [zip, always] = [zipArchives(), zipArchives({ method: 'deflate' })];
  const compressed = await collectBytes(zip.write(members, { format: 'zip', compress: true }));
  expect(compressed).toEqual(await collectBytes(always.write(members, { format: 'zip' })));
  expect(compressed.length).toBeLessThan(10_000);
  expect(zip.writtenSize(members, 'zip', { compress: true })).toBeUndefined();
  const plain = await collectBytes(zip.write(members, { format: 'zip' }));
  expect(zip.writtenSize(members, 'zip')).toBe(plain.length);
});
