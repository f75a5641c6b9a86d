import { requires } from '@modelkeep/test-requirements';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { MINI_LM } from '../support/mini-lm.ts';
import { openSite, type Site } from './site.ts';

requires('chromium', 'python-env');

const NOTICE = 'No connection to the server';

let site: Site;

beforeAll(async () => {
  site = await openSite();
  await site.bench.json(['pull', MINI_LM]);
});
afterAll(() => site[Symbol.asyncDispose]());

describe('the page', () => {
  it('says that the network is gone, keeps what it shows, and recovers by itself', async () => {
    await using visit = await site.visit('ada');
    const { page, context } = visit;
    await visit.go('models');
    await page.getByRole('link', { name: MINI_LM }).waitFor();
    await context.setOffline(true);
    await page.getByText(NOTICE).first().waitFor();
    expect(await page.getByRole('link', { name: MINI_LM }).isVisible()).toBe(true);
    await context.setOffline(false);
    await page.getByText(NOTICE).first().waitFor({ state: 'hidden' });
  });

  it('outlives a restart of the server, and shows what changed meanwhile', async () => {
    await using visit = await site.visit('ada');
    const { page } = visit;
    await visit.go('models');
    await page.getByRole('link', { name: MINI_LM }).waitFor();
    await site.server().end('SIGTERM');
    await page.getByText(NOTICE).first().waitFor();
    await site.bench.json(['rm', MINI_LM, '--yes']);
    await site.restart();
    await page.getByText(NOTICE).first().waitFor({ state: 'hidden' });
    await page.getByText('Nothing is cached yet').waitFor();
  });
});
