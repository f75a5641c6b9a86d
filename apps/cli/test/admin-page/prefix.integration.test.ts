import { join } from 'node:path';
import { requires } from '@modelkeep/test-requirements';
import { startFakeHub } from '@modelkeep/testkit/fake-hub';
import { expect, it } from 'vitest';
import { createBench } from '../modelkeep.ts';
import { startServer } from '../server/start-server.ts';
import { freePort } from '../support/free-port.ts';
import { PATIENCE_MS, startBrowser, watch } from './browser.ts';
import { startPrefixProxy } from './prefix-proxy.ts';
import { signIn } from './site.ts';

requires('chromium');

it.each([
  ['keeps', true],
  ['takes away', false],
])('works below a path of a proxy that %s it', async (_how, keeps) => {
  await using hub = await startFakeHub();
  await hub.addModel({ id: 'org/one', files: { 'README.md': '# One', 'model.bin': 'weights' } });
  await using bench = await createBench({ HF_ENDPOINT: hub.url });
  await using proxy = await startPrefixProxy('/tools/models', keeps);
  const { token } = (await bench.json(['user', 'add', 'ada', '--role', 'admin'])) as {
    token: string;
  };
  await bench.configure(`server: { publicUrl: "${proxy.url}" }\n`);
  const port = String(await freePort());
  await using server = await startServer(bench, { args: ['--port', port] });
  expect(server.url).toBe(proxy.url);
  proxy.aim(port);

  await using browser = await startBrowser();
  const context = await browser.newContext({ viewport: { width: 1280, height: 800 } });
  context.setDefaultTimeout(PATIENCE_MS);
  const { problems } = watch(context);
  const page = await context.newPage();
  await page.goto(`${proxy.url}/-/`);
  await signIn(page, token);
  await page.getByRole('button', { name: 'Pull a model' }).click();
  const dialog = page.getByRole('dialog', { name: 'Pull a model' });
  await dialog.getByLabel('Model', { exact: true }).fill('org/one');
  await dialog.getByRole('button', { name: 'Show what would come' }).click();
  await dialog.getByRole('button', { name: /^Pull / }).click();
  // The job's events come through the proxy too.
  await page.getByRole('link', { name: 'To the model' }).click();
  await page.getByRole('heading', { name: 'org/one', exact: true }).waitFor();
  await expect.poll(() => page.url()).toBe(`${proxy.url}/-/models/hf%40org/one`);
  await page.reload();
  await page.getByRole('heading', { name: 'org/one', exact: true }).waitFor();

  const archive = join(bench.folder, 'one.tar');
  await bench.json(['export', 'org/one', '-o', archive]);
  await bench.json(['rm', 'org/one', '--yes']);
  await page.goto(`${proxy.url}/-/import`);
  await page.locator('input[type=file]').first().setInputFiles(archive);
  await page.getByText('Would be added').waitFor();
  await page.getByRole('button', { name: 'Import org/one' }).click();
  await page
    .getByText(/added in \d+ files/)
    .first()
    .waitFor();
  expect(await bench.json(['verify'])).toMatchObject({ models: 1, problems: [] });
  expect(problems).toEqual([]);
  expect(proxy.strays).toEqual([]);
});
