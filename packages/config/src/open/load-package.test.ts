import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { isModelkeepError } from '@modelkeep/core/spi';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { loadConfig } from '../load-config.ts';
import { openConfigured } from './open-configured.ts';

let folder = '';
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'modelkeep-package-'));
});
afterEach(() => rm(folder, { recursive: true }));

async function install(name: string, code: string): Promise<void> {
  const home = join(folder, 'node_modules', name);
  await mkdir(home, { recursive: true });
  await writeFile(
    join(home, 'package.json'),
    JSON.stringify({ name, type: 'module', exports: { '.': { default: './index.js' } } }),
  );
  await writeFile(join(home, 'index.js'), code);
}

type Opened = Awaited<ReturnType<typeof openConfigured>>;

async function open(text: string): Promise<Opened> {
  const file = join(folder, 'modelkeep.yaml');
  await writeFile(file, text);
  const env = { HOME: folder, A_TOKEN: 'hf_secret' };
  return openConfigured(await loadConfig({ file, env }), { archives: false });
}

async function failure(text: string): Promise<string> {
  const error: unknown = await open(text).then(
    () => undefined,
    (reason: unknown) => reason,
  );
  if (!isModelkeepError(error, 'config-invalid')) throw new Error('expected config-invalid');
  return error.message.replaceAll(folder, '');
}

const SOURCE = `
const source = (options, context) => ({
  specificationVersion: 'v1', name: context.name, endpoint: options.url,
  resolve() { return context; }, async *listFiles() {}, open() {}, close() {},
});
export const createModelSource = source;
`;

describe('a backend from a package', () => {
  it('is called with its options and what the config file says', async () => {
    await install('some-source', SOURCE);
    const { sources = [] } = await open(`
connections:
  - name: inner
    type: some-source
    token: \${env:A_TOKEN}
    models: [team/*]
    options: { url: "git://inner.example" }
`);
    const connection = sources[0];
    if (connection === undefined || !('source' in connection)) throw new Error('no connection');
    expect(connection).toMatchObject({ name: 'inner', models: ['team/*'], populateOnUse: true });
    expect(connection.source).toMatchObject({ name: 'inner', endpoint: 'git://inner.example' });
    expect(connection.source.resolve('a', 'b')).toEqual({
      name: 'inner',
      accessToken: 'hf_secret',
      home: join(folder, '.local/share/modelkeep'),
      endpoint: undefined,
    });
  });

  it('stops the start if it is not there, naming what would do', async () => {
    expect(await failure('storage: { backend: locla }')).toMatch(
      /^\/modelkeep\.yaml:1:21: storage\.backend: "locla" is neither built in \(local, s3\) nor a package that loads from : /,
    );
    expect(await failure('metadata: { backend: mysql }')).toContain(
      '"mysql" is neither built in (sqlite, postgres)',
    );
    expect(await failure('connections: [{ name: a, type: hubb }]')).toContain(
      'connections[0].type: "hubb" is neither built in (hub)',
    );
  });

  it.each([
    ['export {};', 'package "broken" exports no function createStorage'],
    [
      "export const createStorage = () => { throw new Error('no disk'); };",
      'createStorage of "broken" failed: no disk',
    ],
    ['export const createStorage = () => 7;', 'createStorage of "broken" returned no storage'],
    [
      "export const createStorage = () => ({ specificationVersion: 'v2' });",
      'the storage of "broken" has specificationVersion "v2"; this release knows "v1"',
    ],
    [
      "export const createStorage = () => ({ specificationVersion: 'v1', open() {}, stat() {}, read() {}, write() {}, list: 1 });",
      'the storage of "broken" lacks delete, list, close',
    ],
    ['throw new Error("at import");', 'at import'],
  ])('stops the start if it is %j', async (code, message) => {
    await install('broken', code);
    expect(await failure('storage: { backend: broken }')).toContain(message);
  });
});
