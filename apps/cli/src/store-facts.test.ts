import { expect, it } from 'vitest';
import { storeFacts, storeLines } from './store-facts.ts';

const storage = { backend: 'local', directory: '/srv/models' };
const metadata = { backend: 'sqlite', file: '/srv/models/index.db' };
type Part = Parameters<typeof storeFacts>[0];

function linesOf(parts: { storage?: Part['storage']; metadata?: Part['metadata'] }): unknown {
  const config = { storage, metadata, ...parts } as Part;
  return storeLines('/srv/models', storeFacts(config));
}

function postgres(address: string): Part['metadata'] {
  return { ...metadata, backend: 'postgres', url: () => address };
}

it.each([
  [{}, []],
  [{ storage: { ...storage, directory: '/disk' } }, ['Storage: /disk']],
  [{ storage: { ...storage, backend: 's3', s3: { bucket: 'models' } } }, ['Storage: s3://models/']],
  [{ storage: { ...storage, backend: 'a-package' } }, ['Storage: a-package']],
  [{ metadata: { ...metadata, file: '/disk/index.db' } }, ['Index: /disk/index.db']],
  [{ metadata: { ...metadata, backend: 'a-package' } }, ['Index: a-package']],
  [
    { metadata: postgres('postgresql://u:passw0rd@db:5432/index?sslmode=require') },
    ['Index: postgres at db:5432/index'],
  ],
  [
    { metadata: postgres('postgresql:///index?host=/run/postgresql&password=passw0rd') },
    ['Index: postgres at /run/postgresql/index'],
  ],
])('names what is elsewhere than in the home folder: %j', (parts, lines) => {
  expect(linesOf(parts)).toEqual(lines);
});
