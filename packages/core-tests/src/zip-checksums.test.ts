import { writeFile } from 'node:fs/promises';
import { rawZip } from '@modelkeep/testkit/hostile-archives';
import { tempFolder } from '@modelkeep/testkit/memory';
import { expect, it } from 'vitest';
import { archives, expectNothing, weights } from './archive-fixtures.ts';
import { testCache } from './test-cache.ts';

it('refuses a zip of which a large content does not fit its checksum', async () => {
  await using folder = await tempFolder();
  await using test = await testCache({ archives });
  const path = folder.join('archive');
  const metadata = JSON.stringify({
    modelDefinition: { key: 'hf@org/name' },
    url: 'https://h.test/org%2Fname/tree/main',
    version: 0,
  });
  const zip = (crc?: number): Buffer =>
    rawZip([
      { name: 'r/model_metadata.json', content: metadata },
      { name: 'r/model/w.bin', content: weights, both: crc === undefined ? {} : { crc } },
    ]);
  const stream = (): never => expect.unreachable();
  await writeFile(path, zip(1));
  await expect(test.cache.importModel({ path, stream })).rejects.toMatchObject({
    details: { reason: 'bad-checksum', member: 'r/model/w.bin' },
  });
  await expectNothing(test);
  await writeFile(path, zip());
  expect(await test.cache.importModel({ path, stream })).toMatchObject({ fileCount: 1 });
});
