import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { isModelkeepError } from '@modelkeep/core/spi';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { loadConfig } from './load-config.ts';

const reference = (to: string): string => `\${${to}}`;
const FORMS = `${reference('env:NAME')} or ${reference('file:PATH')}`;

let folder = '';
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'modelkeep-config-'));
});
afterEach(() => rm(folder, { recursive: true }));

const write = async (text: string): Promise<string> => {
  const file = join(folder, 'modelkeep.yaml');
  await writeFile(file, text);
  return file;
};

/** The problems that loading the text reports, with the folder left out. */
const problems = async (
  text: string,
  env: Record<string, string> = {},
): Promise<readonly string[]> => {
  const file = await write(text);
  const error: unknown = await loadConfig({ file, env: { HOME: folder, ...env } }).then(
    () => undefined,
    (reason: unknown) => reason,
  );
  if (!isModelkeepError(error, 'config-invalid')) throw new Error('expected config-invalid');
  const found = error.details['problems'] as string[];
  expect(error.message).toContain(found[0]);
  return found.map((line) => line.replaceAll(folder, ''));
};

describe('without a config file', () => {
  it('describes the Hub in the data folder', async () => {
    const config = await loadConfig({ env: { HOME: folder, XDG_DATA_HOME: join(folder, 'data') } });
    const home = join(folder, 'data', 'modelkeep');
    expect(config).toMatchObject({
      home,
      storage: { backend: 'local', directory: home },
      metadata: { backend: 'sqlite', file: join(home, 'index.db') },
      connections: [
        { name: 'huggingface', type: 'hub', endpoint: 'https://huggingface.co', models: ['**'] },
      ],
      offline: false,
    });
    expect(config.file).toBeUndefined();
  });

  it('follows the variables that people know', async () => {
    const config = await loadConfig({
      env: {
        MODELKEEP_HOME: 'store',
        HF_ENDPOINT: 'http://127.0.0.1:9/hub/',
        HF_TOKEN: ' hf_abc ',
        HF_HUB_OFFLINE: 'yes',
      },
      cwd: folder,
    });
    expect(config.home).toBe(join(folder, 'store'));
    expect(config.connections[0]?.endpoint).toBe('http://127.0.0.1:9/hub');
    expect(config.connections[0]?.token?.()).toBe('hf_abc');
    expect(config.offline).toBe(true);
    expect(JSON.stringify(config)).not.toContain('hf_abc');
  });

  it('refuses an endpoint with a password', async () => {
    const loading = loadConfig({
      env: { HOME: folder, HF_ENDPOINT: 'https://u:secret@hub.example' },
    });
    await expect(loading).rejects.toThrow(/^HF_ENDPOINT: must not hold/);
    await expect(loading).rejects.not.toThrow(/secret/);
  });
});

describe('where the config file is', () => {
  it('is config.yaml in the home folder', async () => {
    await writeFile(join(folder, 'config.yaml'), 'connections: []\n');
    const config = await loadConfig({ env: { MODELKEEP_HOME: folder } });
    expect(config.file).toBe(join(folder, 'config.yaml'));
    expect(config.connections).toEqual([]);
  });

  it('is what MODELKEEP_CONFIG says, unless a file is given', async () => {
    const named = await write('home: one\n');
    const other = join(folder, 'other.yaml');
    await writeFile(other, 'home: two\n');
    const env = { MODELKEEP_CONFIG: named, HOME: folder };
    expect((await loadConfig({ env })).home).toBe(join(folder, 'one'));
    expect((await loadConfig({ env, file: 'other.yaml', cwd: folder })).home).toBe(
      join(folder, 'two'),
    );
  });

  it('must exist if it is named', async () => {
    const file = join(folder, 'absent.yaml');
    await expect(loadConfig({ file, env: {} })).rejects.toMatchObject({
      code: 'config-invalid',
      message: `${file}: there is no such file`,
    });
  });

  it.each(['home: $HOME/x', `home: \${HOME}/x`, `storage: { directory: "/srv\${NAME}" }`])(
    'makes no folder that has the name of a variable: %s',
    async (text) => {
      const file = await write(`${text}\n`);
      await expect(loadConfig({ file, env: {} })).rejects.toThrow('variables are not read here');
    },
  );

  it('does not choose the home over MODELKEEP_HOME or a given home', async () => {
    const file = await write('home: /from/file\n');
    expect((await loadConfig({ file, env: {} })).home).toBe('/from/file');
    expect((await loadConfig({ file, env: { MODELKEEP_HOME: '/from/env' } })).home).toBe(
      '/from/env',
    );
    const env = { MODELKEEP_HOME: '/from/env' };
    expect((await loadConfig({ file, env, home: '/given' })).home).toBe('/given');
  });
});

describe('what the config file says', () => {
  it('is resolved in full', async () => {
    await writeFile(join(folder, 'token'), 'hf_fromfile\n');
    await writeFile(join(folder, 'ca.pem'), 'x');
    const file = await write(`
home: store
storage: { backend: local, directory: ~/blobs }
metadata: { file: other.db }
connections:
  - name: inner
    endpoint: https://hub.inner.example/
    token: \${file:token}
    models: ["team/*", gpt2]
    populateOnUse: false
    proxy: http://proxy.example:3128
    caFile: ca.pem
  - name: outer
    token: \${env:OUTER_TOKEN}
    proxy: direct
offline: true
fetch: { maxConnections: 4 }
server: { host: 0.0.0.0, publicUrl: "https://models.example/hub/", corsOrigins: ["*"], freshSeconds: 5 }
`);
    const config = await loadConfig({ file, env: { HOME: folder, OUTER_TOKEN: 'hf_outer' } });
    expect(config).toMatchObject({
      file,
      home: join(folder, 'store'),
      storage: { backend: 'local', directory: join(folder, 'blobs') },
      metadata: { backend: 'sqlite', file: join(folder, 'other.db') },
      offline: true,
      fetch: { maxConnections: 4 },
      server: {
        host: '0.0.0.0',
        publicUrl: 'https://models.example/hub',
        corsOrigins: ['*'],
        freshSeconds: 5,
      },
    });
    const [inner, outer] = config.connections;
    expect(inner).toMatchObject({
      name: 'inner',
      type: 'hub',
      endpoint: 'https://hub.inner.example',
      models: ['team/*', 'gpt2'],
      populateOnUse: false,
      caFile: join(folder, 'ca.pem'),
    });
    expect(inner?.token?.()).toBe('hf_fromfile');
    const proxy = inner?.proxy;
    expect(proxy ? proxy() : proxy).toBe('http://proxy.example:3128');
    expect(outer).toMatchObject({
      endpoint: 'https://huggingface.co',
      models: ['**'],
      proxy: false,
    });
    expect(outer?.token?.()).toBe('hf_outer');
    expect(config.where(['connections', 1, 'token'])).toBe(`${file}:14:12: connections[1].token`);
  });

  it('may be nothing', async () => {
    const file = await write('# empty\n');
    expect((await loadConfig({ file, env: { HOME: folder } })).connections).toHaveLength(1);
  });
});

describe('what is wrong in the config file', () => {
  it.each([
    [
      'hoem: x',
      [
        '/modelkeep.yaml:1:1: hoem: unknown field; did you mean "home"?; allowed: home, storage, metadata, connections, offline, quota, evict, fetch, server',
      ],
    ],
    [
      'a: 1\nb: 2',
      [
        '/modelkeep.yaml:1:1: a: unknown field; allowed: home, storage, metadata, connections, offline, quota, evict, fetch, server',
        '/modelkeep.yaml:2:1: b: unknown field; allowed: home, storage, metadata, connections, offline, quota, evict, fetch, server',
      ],
    ],
    [
      'connections:\n  - name: a\n    Token: x\n',
      [
        '/modelkeep.yaml:3:5: connections[0].Token: unknown field; did you mean "token"?; allowed: name, type, endpoint, token, models, populateOnUse, redirects, quota, proxy, caFile, allowedRedirectHosts, options',
      ],
    ],
    [
      'connections:\n  - endpoint: https://x.example\n',
      ['/modelkeep.yaml:2:5: connections[0].name: is required'],
    ],
    [
      'connections:\n  - name: "a b"\n',
      [
        '/modelkeep.yaml:2:11: connections[0].name: must be letters, digits, ".", "_" and "-", beginning with a letter or digit',
      ],
    ],
    ['connections: hub', ['/modelkeep.yaml:1:14: connections: must be a list, not text']],
    ['storage:', ['/modelkeep.yaml:1:9: storage: must be a block of fields, not empty']],
    ['home: 7', ['/modelkeep.yaml:1:7: home: must be text, not a number']],
    ['home: ""', ['/modelkeep.yaml:1:7: home: must not be empty']],
    ['offline: "no"', ['/modelkeep.yaml:1:10: offline: must be true or false, not text']],
    [
      'fetch:\n  maxConnections: 0',
      ['/modelkeep.yaml:2:19: fetch.maxConnections: must be at least 1'],
    ],
    [
      'fetch:\n  maxAttempts: 1.5',
      ['/modelkeep.yaml:2:16: fetch.maxAttempts: must be a whole number, not a fraction'],
    ],
    ['- a\n- b', ['/modelkeep.yaml:1:1: the file: must be a block of fields, not a list']],
    [
      'storage: { directory: a, options: {} }',
      ['/modelkeep.yaml:1:35: storage.options: is for a package; backend local takes "directory"'],
    ],
    [
      'storage: { backend: some-package, directory: a }',
      ['/modelkeep.yaml:1:46: storage.directory: is for backend local; a package takes "options"'],
    ],
    [
      'connections:\n  - name: a\n  - name: a\n',
      ['/modelkeep.yaml:3:11: connections[1].name: "a" is the name of connections[0] too'],
    ],
    [
      'connections:\n  - name: a\n    endpoint: ftp://x.example\n',
      [
        '/modelkeep.yaml:3:15: connections[0].endpoint: must be an http:// or https:// address, like https://huggingface.co',
      ],
    ],
    [
      'connections:\n  - name: a\n    caFile: none.pem\n',
      ['/modelkeep.yaml:3:13: connections[0].caFile: the file /none.pem cannot be read'],
    ],
  ])('%j', async (text, expected) => {
    expect(await problems(text)).toEqual(expected);
  });

  it('names line and column of what is no YAML', async () => {
    const [first] = await problems('home: a\nstorage: [\n');
    expect(first).toMatch(/^\/modelkeep\.yaml:3:1: not valid YAML: /);
    expect((await problems('home: a\nhome: b\n'))[0]).toMatch(/:2:1: not valid YAML: .*unique/);
    expect((await problems('home: !!js/function "x"\n'))[0]).toMatch(/:1:7: not valid YAML: /);
  });

  it('refuses a literal token and repeats none', async () => {
    const [first] = await problems('connections:\n  - name: a\n    token: hf_verysecret\n');
    expect(first).toBe(
      `/modelkeep.yaml:3:12: connections[0].token: must be ${FORMS}: a token written here would be in backups, logs and version control`,
    );
  });

  it('refuses a literal password of a proxy and repeats none', async () => {
    const text = 'connections:\n  - name: a\n    proxy: http://u:verysecret@p.example:1\n';
    expect(await problems(text)).toEqual([
      `/modelkeep.yaml:3:12: connections[0].proxy: must not hold a password; use ${FORMS}`,
    ]);
  });

  it('names a reference that leads nowhere', async () => {
    const text = (token: string): string => `connections:\n  - name: a\n    token: ${token}\n`;
    const at = '/modelkeep.yaml:3:12: connections[0].token:';
    expect(await problems(text(reference('env:NO_TOKEN')))).toEqual([
      `${at} the environment variable NO_TOKEN is not set`,
    ]);
    expect(await problems(text(reference('env:EMPTY')), { EMPTY: ' ' })).toEqual([
      `${at} the environment variable EMPTY is empty`,
    ]);
    expect(await problems(text(reference('file:none')))).toEqual([
      `${at} the file /none cannot be read (ENOENT)`,
    ]);
    expect(await problems(text(reference('env:TWO')), { TWO: 'a\nb' })).toEqual([
      `${at} the environment variable TWO must hold one line of visible ASCII characters`,
    ]);
  });

  it('refuses aliases that multiply', async () => {
    const lines = ['a: &a [x,x,x,x,x,x,x,x,x,x]'];
    for (let index = 0; index < 8; index++) {
      const before = index === 0 ? 'a' : `b${index - 1}`;
      lines.push(`b${index}: &b${index} [${Array(10).fill(`*${before}`).join(',')}]`);
    }
    expect((await problems(lines.join('\n')))[0]).toMatch(/not valid YAML: .*alias/i);
  });
});
