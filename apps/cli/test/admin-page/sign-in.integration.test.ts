import { requires } from '@modelkeep/test-requirements';
import type { Browser, BrowserContext, Page } from 'playwright-core';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { type Bench, createBench } from '../modelkeep.ts';
import { type RunningServer, startServer } from '../server/start-server.ts';
import { PATIENCE_MS, startBrowser } from './browser.ts';

requires('chromium');

let browser: Browser;
let context: BrowserContext;
let page: Page;
let bench: Bench;
let server: RunningServer;

beforeAll(async () => {
  browser = await startBrowser();
});
beforeEach(async () => {
  bench = await createBench({ HF_ENDPOINT: 'http://127.0.0.1:9' });
  context = await newContext();
  page = await context.newPage();
});
afterEach(async () => {
  await context.close();
  await server[Symbol.asyncDispose]();
  await bench[Symbol.asyncDispose]();
});
afterAll(() => browser.close());

async function newContext(): Promise<BrowserContext> {
  const made = await browser.newContext();
  made.setDefaultTimeout(PATIENCE_MS);
  return made;
}

describe('the first run', () => {
  it('opens as it is on this machine, and makes whoever is there the first administrator', async () => {
    server = await startServer(bench);
    await page.goto(server.admin ?? '');
    await page.getByRole('link', { name: 'Add the first one' }).click();
    await page.getByLabel('Your name').fill('ada');
    await page.getByRole('button', { name: 'Become administrator' }).click();
    const token = (await page.getByText(/^hf_\w{34,}$/).textContent()) ?? '';
    await page.getByRole('button', { name: 'I have kept it' }).click();
    await page.getByRole('table', { name: 'Users' }).getByText('ada').waitFor();

    // The cookie is nothing that a script could read, and another browser has to sign in.
    expect(await page.evaluate('document.cookie')).toBe('');
    const [cookie] = await context.cookies();
    expect(cookie).toMatchObject({ httpOnly: true, sameSite: 'Strict' });
    const other = await newContext();
    const stranger = await other.newPage();
    await stranger.goto(`${server.url}/-/settings`);
    await stranger.getByLabel('Access token').fill(token);
    await stranger.getByRole('button', { name: 'Sign in' }).click();
    // One is where one wanted to go.
    await stranger.getByRole('heading', { name: 'Settings' }).waitFor();
    await other.close();
  });
});

describe('the link of the console', () => {
  it('signs in once, and stays in no history', async () => {
    await bench.json(['user', 'add', 'ada', '--role', 'admin']);
    server = await startServer(bench);
    const link = server.admin ?? '';
    expect(link).toMatch(/\/-\/sign-in#\w+/);
    await page.goto(link);
    await page.getByRole('heading', { name: 'Overview' }).waitFor();
    await expect.poll(() => page.url()).toBe(`${server.url}/-/`);

    const other = await newContext();
    const late = await other.newPage();
    await late.goto(link);
    await late.getByText('This link was used already').waitFor();
    await late.getByRole('button', { name: 'Go on without it' }).click();
    await late.getByLabel('Access token').waitFor();
    await other.close();
  });
});
