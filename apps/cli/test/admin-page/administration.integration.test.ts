import { readFile } from 'node:fs/promises';
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
  await site.bench.json(['pull', MINI_LM]);
  visit = await site.visit('ada');
  ({ page } = visit);
});
afterAll(async () => {
  await visit[Symbol.asyncDispose]();
  await site[Symbol.asyncDispose]();
});

describe('an administrator', () => {
  it('adds a user whose token works, and takes both away', async () => {
    await visit.go('access');
    await page.getByRole('button', { name: 'Add a user' }).click();
    await page.getByLabel('Name').fill('ben');
    await page.getByRole('button', { name: 'Add', exact: true }).click();
    const token = await page
      .getByText(/^hf_\w{34,}$/)
      .first()
      .textContent();
    const me = (): Promise<Response> =>
      fetch(`${site.server().url}/-/api/v1/me`, { headers: { authorization: `Bearer ${token}` } });
    expect(await (await me()).json()).toEqual({ name: 'ben', role: 'user' });
    await page.getByRole('button', { name: 'Done' }).click();
    await page.getByRole('button', { name: 'Remove ben' }).click();
    await page.getByRole('alertdialog').getByRole('button', { name: 'Remove' }).click();
    await expect.poll(async () => (await me()).status).toBe(401);
  });

  it('tests a connection, and sees which step failed', async () => {
    await visit.go('connections');
    await page.getByRole('button', { name: 'Test connection' }).waitFor();
    await page.getByLabel('Ask for a model').fill(MINI_LM);
    await page.getByRole('button', { name: 'Test connection' }).click();
    await page.getByText(/It works/).waitFor();
  });

  it('finds all of it in the log, and takes the log along', async () => {
    await visit.go('audit?action=user.add');
    await page.getByRole('table', { name: 'Events' }).getByText('Added a user').first().waitFor();
    const [download] = await Promise.all([
      page.waitForEvent('download'),
      page.getByRole('link', { name: 'CSV' }).click(),
    ]);
    const csv = await readFile(await download.path(), 'utf8');
    expect(csv).toContain('user.add');
    expect(csv).not.toContain('user.remove');
  });

  it('sees the settings in force, and the overview', async () => {
    await visit.go('settings');
    await page.getByText(`export HF_ENDPOINT=${site.server().url}`).waitFor();
    await visit.go('');
    await page.getByText('Saved by sharing').waitFor();
    await page
      .getByRole('link', { name: new RegExp(MINI_LM) })
      .first()
      .waitFor();
  });

  it('signs out', async () => {
    await page.getByRole('button', { name: 'Sign out' }).click();
    await page.getByLabel('Access token').waitFor();
    await visit.go('models');
    await page.getByLabel('Access token').waitFor();
  });
});
