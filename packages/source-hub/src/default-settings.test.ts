import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, onTestFinished, test, vi } from 'vitest';
import { failure, fakeHub, TOKEN } from '../test/hub.ts';
import { defaultEndpoint, defaultToken } from './default-settings.ts';
import { hubSource } from './hub-source.ts';

async function home(token: string): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), 'modelkeep-hf-'));
  onTestFinished(() => rm(folder, { recursive: true }));
  await writeFile(join(folder, 'token'), token);
  return folder;
}

test('the endpoint is HF_ENDPOINT, else the public Hub', () => {
  expect(defaultEndpoint({})).toBe('https://huggingface.co');
  expect(defaultEndpoint({ HF_ENDPOINT: '' })).toBe('https://huggingface.co');
  expect(defaultEndpoint({ HF_ENDPOINT: 'http://hub:1/x/' })).toBe('http://hub:1/x/');
});

test('the token is HF_TOKEN, else HF_TOKEN_PATH, else the file in HF_HOME or in the cache folder', async () => {
  const first = await home(` ${TOKEN}\n`);
  const second = await home('hf_second');
  expect(defaultToken({ HF_TOKEN: ` ${TOKEN} `, HF_HOME: second })).toBe(TOKEN);
  expect(defaultToken({ HF_TOKEN: '', HF_TOKEN_PATH: join(first, 'token'), HF_HOME: second })).toBe(
    TOKEN,
  );
  expect(defaultToken({ HF_HOME: second })).toBe('hf_second');
  expect(defaultToken({ HF_HOME: join(first, 'none') })).toBeUndefined();
  expect(defaultToken({ HF_HOME: second, HF_HUB_DISABLE_IMPLICIT_TOKEN: '1' })).toBeUndefined();
  expect(() => defaultToken({ HF_TOKEN_PATH: first })).toThrow(/cannot be read/);
});

test('the default token goes to the default endpoint and to no other', async () => {
  const hub = await fakeHub();
  const other = await fakeHub();
  vi.stubEnv('HF_TOKEN', TOKEN);
  vi.stubEnv('HF_ENDPOINT', hub.url);
  for (const options of [
    {},
    { endpoint: `${hub.url}/` },
    { endpoint: other.url },
    { accessToken: '' },
  ]) {
    const source = hubSource(options);
    await failure(source.resolve('org/name', 'main'));
    await source.close();
  }
  expect(hub.requests.map(({ headers }) => headers['authorization'])).toEqual([
    `Bearer ${TOKEN}`,
    `Bearer ${TOKEN}`,
    undefined,
  ]);
  expect(other.requests.map(({ headers }) => headers['authorization'])).toEqual([undefined]);
});

test.each(['huggingface.co', 'ftp://h', 'https://user:s3cr3t@h', 'https://h/?a=b', ''])(
  '%j is no endpoint',
  (endpoint) => {
    vi.stubEnv('HF_ENDPOINT', undefined);
    const make = (): unknown => hubSource({ endpoint });
    expect(make).toThrow(expect.objectContaining({ code: 'config-invalid' }));
    expect(make).not.toThrow(/s3cr3t/);
  },
);
