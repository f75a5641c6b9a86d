import { createHash } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { chmod, readdir, readFile, truncate, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { requires } from '@modelkeep/test-requirements';
import type { Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { MINI_LM } from '../support/mini-lm.ts';
import { openSite, type Site, type Visit } from './site.ts';

requires('chromium', 'python-env');

let site: Site;
let visit: Visit;
let page: Page;

beforeAll(async () => {
  site = await openSite();
  for (const name of ['one', 'two', 'three']) {
    const files = { 'config.json': '{}', 'model.bin': `weights of ${name}` };
    await site.hub.addModel({ id: `org/${name}`, files });
  }
  visit = await site.visit('ada');
  ({ page } = visit);
});
afterAll(async () => {
  await visit[Symbol.asyncDispose]();
  await site[Symbol.asyncDispose]();
});

async function keysOf(): Promise<readonly string[]> {
  const models = (await site.bench.json(['ls'])) as { key: string }[];
  return models.map(({ key }) => key);
}

async function pull(name: string): Promise<void> {
  await page.getByRole('button', { name: 'Pull a model' }).click();
  const dialog = page.getByRole('dialog', { name: 'Pull a model' });
  await dialog.getByLabel('Model', { exact: true }).fill(name);
  await dialog.getByRole('button', { name: 'Show what would come' }).click();
  await dialog.getByRole('button', { name: /^Pull / }).click();
  await page.getByRole('heading', { name: `Pull ${name}` }).waitFor();
  await page.getByRole('link', { name: 'To the model' }).waitFor();
}

describe('an administrator', () => {
  it('pulls the real model after a look at what would come', async () => {
    await page.getByRole('button', { name: 'Pull a model' }).click();
    const dialog = page.getByRole('dialog', { name: 'Pull a model' });
    await dialog.getByLabel('Model', { exact: true }).fill(`${site.hub.url}/${MINI_LM}`);
    await dialog.getByRole('button', { name: 'Show what would come' }).click();
    const findings = dialog.getByRole('status', { name: 'What would come' });
    await findings.getByText('model.safetensors').waitFor();
    expect(await findings.textContent()).toContain(site.commit.slice(0, 12));
    expect(await keysOf()).toEqual([]);

    await dialog.getByRole('button', { name: /^Pull 9/ }).click();
    await page.getByRole('heading', { name: `Pull ${MINI_LM}` }).waitFor();
    await page
      .getByText(/fetched in \d+ files\./)
      .first()
      .waitFor();
    expect(await keysOf()).toEqual([`hf@${MINI_LM}`]);

    // What came of it stays.
    await page.reload();
    await page
      .getByText(/fetched in \d+ files\./)
      .first()
      .waitFor();
    await page.getByRole('link', { name: 'To the model' }).click();
    await page.getByRole('heading', { name: MINI_LM, exact: true }).waitFor();
  });

  it('is told why a model cannot be pulled', async () => {
    await page.getByRole('button', { name: 'Pull a model' }).click();
    const dialog = page.getByRole('dialog', { name: 'Pull a model' });
    await dialog.getByLabel('Model', { exact: true }).fill('org/absent');
    await dialog.getByLabel('Model', { exact: true }).press('Enter');
    await dialog.getByRole('alert').getByText('There is no such model at the source').waitFor();
    await page.keyboard.press('Escape');
    await dialog.waitFor({ state: 'hidden' });
  });

  it('sees a model in full', async () => {
    await visit.go(`models/hf@${MINI_LM}`);
    await page.getByText('Deleting frees').waitFor();
    await page
      .getByRole('tabpanel')
      .getByRole('heading', { name: /^all-MiniLM-L6-v2$/i })
      .waitFor();
    await page.getByRole('tab', { name: 'Files' }).click();
    await page.getByRole('link', { name: 'Download model.safetensors' }).waitFor();
    const [download] = await Promise.all([
      page.waitForEvent('download'),
      page.getByRole('link', { name: 'Download config.json', exact: true }).click(),
    ]);
    const file = (await site.bench.json(['show', MINI_LM])) as { path: string };
    expect(await readFile(await download.path(), 'utf8')).toBe(
      await readFile(join(file.path, 'config.json'), 'utf8'),
    );
    await page.getByRole('tab', { name: 'Use it' }).click();
    await page.getByRole('radio', { name: 'curl' }).click();
    await page.getByText(`${site.server().url}/${MINI_LM}/resolve/main/config.json`).waitFor();
    await expect.poll(() => new URL(page.url()).search).toBe('?tab=use');
  });

  it('pins and unpins', async () => {
    await page.getByRole('button', { name: 'Pin', exact: true }).click();
    await page.getByText('pinned', { exact: true }).waitFor();
    await page.getByRole('button', { name: 'Unpin' }).click();
    await page.getByRole('button', { name: 'Pin', exact: true }).waitFor();
  });

  it('exports the model: the same bytes as the command line', async () => {
    await page.getByRole('button', { name: 'Export' }).click();
    const [download] = await Promise.all([
      page.waitForEvent('download'),
      page.getByRole('link', { name: /^Download \d/ }).click(),
    ]);
    const file = join(site.bench.folder, 'cli.tar');
    await site.bench.json(['export', MINI_LM, '-o', file]);
    expect(await digestOf(await download.path())).toBe(await digestOf(file));
    await page.getByRole('button', { name: 'Close' }).last().click();
  });

  it('verifies, finds damage and repairs it', async () => {
    const blob = await largestBlob(site);
    await chmod(blob, 0o644);
    await truncate(blob, 1000);
    await page.getByRole('button', { name: 'Verify' }).click();
    await page.getByRole('dialog').getByRole('button', { name: 'Verify' }).click();
    await page
      .getByText(/repaired: all is well/)
      .first()
      .waitFor();
    await page.getByRole('heading', { name: 'Problems' }).waitFor();
    expect(await site.bench.json(['verify'])).toMatchObject({ problems: [] });
  });

  it('deletes a model once it is told what that frees', async () => {
    await visit.go(`models/hf@${MINI_LM}`);
    await page.getByRole('button', { name: 'Delete' }).click();
    const dialog = page.getByRole('alertdialog');
    await dialog.getByText('This frees').waitFor();
    await dialog.getByRole('button', { name: 'Keep' }).click();
    expect(await keysOf()).toEqual([`hf@${MINI_LM}`]);
    await page.getByRole('button', { name: 'Delete' }).click();
    await dialog.getByRole('button', { name: /^Delete, free 9/ }).click();
    await page
      .getByText(/1 model deleted/)
      .first()
      .waitFor();
    expect(await keysOf()).toEqual([]);
  });

  it('imports an archive, and sees what is inside before anything is stored', async () => {
    await visit.go('import');
    const archive = join(site.bench.folder, 'cli.tar');
    await page.locator('input[type=file]').first().setInputFiles(archive);
    await page.getByText('Would be added').waitFor();
    expect(await keysOf()).toEqual([]);
    await page.getByRole('button', { name: `Import ${MINI_LM}` }).click();
    await page
      .getByText(/added in \d+ files/)
      .first()
      .waitFor();
    expect(await keysOf()).toEqual([`hf@${MINI_LM}`]);
    expect(await site.bench.json(['verify'])).toMatchObject({ problems: [] });
  });

  it('drops an archive onto the page', async () => {
    await visit.go('import');
    await dropFile(page, join(site.bench.folder, 'cli.tar'));
    await page.getByText('All of its contents are here already').waitFor();
    await page.getByRole('button', { name: 'Discard', exact: true }).click();
    await page.getByText('cli.tar').waitFor({ state: 'hidden' });
  });

  it('is told in plain words what is wrong with an archive', async () => {
    await visit.go('import');
    const archive = join(site.bench.folder, 'broken.tar');
    await writeFile(archive, 'this is no archive');
    await page.locator('input[type=file]').first().setInputFiles(archive);
    await page.getByText('It cannot be imported').waitFor();
    expect(await page.getByRole('button', { name: /^Import / }).count()).toBe(0);
    await page.getByRole('button', { name: 'Discard', exact: true }).click();
    await page.getByText('broken.tar').waitFor({ state: 'hidden' });
  });

  it('acts on many at once, and types what that means', async () => {
    for (const name of ['one', 'two', 'three']) await pull(`org/${name}`);
    await visit.go('models?search=org%2F');
    await page.getByRole('table', { name: 'Models' }).getByText('org/two').waitFor();
    await page.getByRole('checkbox', { name: 'Select all rows in view' }).click({ force: true });
    const bar = page.getByRole('toolbar', { name: 'With the selected models' });
    await bar.getByText('3 selected').waitFor();
    await bar.getByRole('button', { name: 'Delete' }).click();
    const dialog = page.getByRole('alertdialog');
    const button = dialog.getByRole('button', { name: /^Delete, free/ });
    await button.waitFor();
    expect(await button.isDisabled()).toBe(true);
    await dialog.getByLabel(/Type/).fill('delete 3 models');
    await button.click();
    await page
      .getByText(/3 models deleted/)
      .first()
      .waitFor();
    expect(await keysOf()).toEqual([`hf@${MINI_LM}`]);
  });

  it('frees space, and sees before what goes, what stays and why', async () => {
    await pull('org/one');
    await site.bench.json(['rm', `${MINI_LM}`, '--yes']);
    await pull('org/two');
    await visit.go('models/hf@org/two');
    await page.getByRole('button', { name: 'Pin', exact: true }).click();
    await page.getByRole('button', { name: 'Unpin' }).waitFor();
    await visit.go('');
    await page.getByRole('button', { name: 'Free space…' }).click();
    const dialog = page.getByRole('dialog', { name: 'Free space' });
    await dialog.getByLabel('Leave at most (GB)').fill('0');
    const stays = dialog.getByRole('region', { name: 'What stays' }).first();
    await stays.getByText(/^used (?:a moment|\d+ minutes?) ago/).waitFor();
    await dialog.getByRole('button', { name: /Spare what was used/ }).click();
    await page.getByRole('option', { name: 'at this very moment only' }).click();
    await dialog.getByText(/^fetched (?:a moment|\d+ minutes?) ago and not used since/).waitFor();
    await stays.getByText('pinned', { exact: true }).waitFor();
    expect(await keysOf()).toEqual(['hf@org/one', 'hf@org/two']);
    await dialog.getByRole('button', { name: /^Remove 1 model, free / }).click();
    await page
      .getByText(/1 model removed/)
      .first()
      .waitFor();
    await page.getByText('What went').waitFor();
    expect(await keysOf()).toEqual(['hf@org/two']);
    await pull(MINI_LM);
  });

  it('filters, and keeps the filter in the address', async () => {
    await visit.go('models');
    await page.getByRole('button', { name: 'Filters' }).click();
    await page.getByRole('button', { name: /Library/ }).click();
    await page.getByRole('option', { name: /sentence-transformers/ }).click();
    await expect.poll(() => new URL(page.url()).search).toBe('?library=sentence-transformers');
    await page.reload();
    await page.getByText('Library: sentence-transformers').waitFor();
    await page.getByRole('link', { name: MINI_LM }).waitFor();
  });
});

/** As the browser sees a file that is dragged in from outside: no script can make such an event. */
async function dropFile(onto: Page, file: string): Promise<void> {
  const box = await onto.getByText('Drop archives here').boundingBox();
  if (box === null) throw new Error('there is nowhere to drop it');
  const session = await onto.context().newCDPSession(onto);
  const data = { items: [], files: [file], dragOperationsMask: 1 };
  const at = { x: box.x + box.width / 2, y: box.y + box.height / 2, data };
  for (const type of ['dragEnter', 'dragOver', 'drop'] as const) {
    await session.send('Input.dispatchDragEvent', { type, ...at });
  }
  await session.detach();
}

async function digestOf(path: string): Promise<string> {
  const hash = createHash('sha256');
  for await (const chunk of createReadStream(path)) hash.update(chunk as Buffer);
  return hash.digest('hex');
}

async function largestBlob({ bench }: Site): Promise<string> {
  const folder = join(bench.objects, 'blobs/sha256');
  const details = (await bench.json(['show', MINI_LM])) as {
    files: { size: number; digest: string }[];
  };
  const [largest] = details.files.toSorted((a, b) => b.size - a.size);
  const digest = largest?.digest ?? '';
  const [name = ''] = (await readdir(join(folder, digest.slice(0, 2)))).filter((file) =>
    file.startsWith(digest),
  );
  return join(folder, digest.slice(0, 2), name);
}
