import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { brotliCompressSync, brotliDecompressSync, gzipSync } from 'node:zlib';
import { tempFolder } from '@modelkeep/testkit/memory';
import { expect, it, onTestFinished } from 'vitest';
import type { ServerOptions } from '../src/options.ts';
import { type TestServer, testServer } from './test-server.ts';

const SCRIPT = 'console.log(1);'.repeat(50);
const HTML =
  '<!doctype html><head><base href="/-/"><script src="assets/main-1.js"></script></head>';

/** A server with a page of three files. */
async function withPage(options: Partial<ServerOptions> = {}): Promise<TestServer> {
  const temp = await tempFolder();
  onTestFinished(() => temp[Symbol.asyncDispose]());
  const folder = join(temp.path, 'dist');
  await mkdir(join(folder, 'assets'), { recursive: true });
  await writeFile(join(temp.path, 'secret.txt'), 'secret');
  await writeFile(join(folder, 'index.html'), HTML);
  await writeFile(join(folder, 'favicon.svg'), '<svg/>');
  await writeFile(join(folder, 'assets/main-1.js'), SCRIPT);
  await writeFile(join(folder, 'assets/main-1.js.br'), brotliCompressSync(SCRIPT));
  await writeFile(join(folder, 'assets/main-1.js.gz'), gzipSync(SCRIPT));
  return testServer({ adminFolder: folder, ...options });
}

it('is served to who is not signed in yet, with a policy that lets nothing strange run', async () => {
  await using test = await withPage();
  await test.addUser('ada', 'admin');
  const { status, headers, text } = await test.ask('/-/');
  expect(status).toBe(200);
  expect(text).toBe(HTML);
  const policy = headers['content-security-policy'];
  expect(policy).toContain("default-src 'none'");
  expect(policy).toContain("script-src 'self';");
  expect(policy).toContain("frame-ancestors 'none'");
  expect(policy).not.toContain('unsafe');
  expect(headers).toMatchObject({
    'x-content-type-options': 'nosniff',
    'referrer-policy': 'no-referrer',
    'cache-control': 'no-cache',
  });
});

it('gives the page for its own routes, and nothing for files that are not there', async () => {
  await using test = await withPage();
  for (const path of ['/-/models', '/-/models/hf%40org%2Fname', '/-/sign-in', '/-/index.html']) {
    expect((await test.ask(path)).text, path).toBe(HTML);
  }
  expect((await test.ask('/-')).headers['location']).toBe('/-/');
  expect((await test.ask('/-/assets/main-2.js')).status).toBe(404);
  expect((await test.ask('/-/models', { method: 'POST', body: {} })).status).toBe(405);
  expect((await test.ask('/-/healthz')).text).toBe('ok\n');
  expect((await test.ask('/-/api/v1/nothing')).status).toBe(404);
});

it('sends files compressed, those with a hash for ever, and never one from elsewhere', async () => {
  await using test = await withPage();
  const file = '/-/assets/main-1.js';
  const brotli = await test.ask(file, { headers: { 'accept-encoding': 'gzip, br' } });
  expect(brotli.headers).toMatchObject({
    'content-encoding': 'br',
    'cache-control': 'public, max-age=31536000, immutable',
    'content-type': expect.stringContaining('text/javascript') as string,
    vary: 'Accept-Encoding',
  });
  expect(brotliDecompressSync(brotli.bytes).toString()).toBe(SCRIPT);
  expect((await test.ask(file)).text).toBe(SCRIPT);
  const icon = await test.ask('/-/favicon.svg');
  expect(icon.headers).toMatchObject({
    'cache-control': 'no-cache',
    'content-security-policy': expect.stringContaining("default-src 'none'") as string,
  });
  const again = { headers: { 'if-none-match': String(icon.headers['etag']) } };
  expect((await test.ask('/-/favicon.svg', again)).status).toBe(304);
  const head = await test.ask('/-/favicon.svg', { method: 'HEAD' });
  expect([head.status, head.bytes.length]).toEqual([200, 0]);
  for (const path of [
    '/-/../secret.txt',
    '/-/%2e%2e/secret.txt',
    '/-/..%2fsecret.txt',
    '/-/assets/..',
  ]) {
    expect((await test.ask(path)).text).not.toBe('secret');
  }
});

it('works below a path prefix', async () => {
  await using test = await withPage({ publicUrl: 'https://models.example/hub' });
  const headers = { host: 'models.example' };
  const page = await test.ask('/hub/-/models', { headers });
  expect(page.text).toContain('<base href="/hub/-/">');
  expect((await test.ask('/hub/-/assets/main-1.js', { headers })).text).toBe(SCRIPT);
  expect((await test.ask('/hub/-', { headers })).headers['location']).toBe('/hub/-/');
});
