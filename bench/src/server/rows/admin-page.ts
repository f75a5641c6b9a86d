import { join } from 'node:path';
import { sqliteMetadata } from '@modelkeep/metadata-sqlite';
import { launchFakeHub } from '@modelkeep/testkit/fake-hub';
import { type Browser, chromium, type Page } from 'playwright-core';
import { fillIndex } from '../../fill-index.ts';
import { modelkeep } from '../../rows/clients.ts';
import { runCommand } from '../../run-command.ts';
import { launchModelkeep } from '../modelkeep-server.ts';
import type { Figures, ServerRow } from '../promise.ts';

const ENTRIES = 10_000;
const WHEEL_STEPS = 60;
const FLAGS = [
  '--no-sandbox',
  '--disable-gpu',
  '--disable-quic',
  '--disable-background-networking',
];

/** Notes in `window.tasks` how long each task took that was longer than 50 ms, as the browser measures it. */
const WATCH = `
  window.tasks = [];
  new PerformanceObserver((list) => {
    for (const { duration } of list.getEntries()) window.tasks.push(duration);
  }).observe({ type: 'longtask', buffered: true });
`;

/** The admin page over a large store, in a real browser. */
export const adminPage: ServerRow = {
  id: 'admin-page',
  open: async ({ folder }) => {
    const home = join(folder, 'admin-page');
    await runCommand(modelkeep(home, '', 'ls'), folder);
    await fillIndex(sqliteMetadata({ file: join(home, 'index.db') }), ENTRIES);
    const hub = await launchFakeHub([]);
    const server = await launchModelkeep({ home, upstream: hub.url, withUser: true });
    const browser = await chromium.launch({ executablePath: '/usr/bin/chromium', args: FLAGS });
    const limit = (work: string, ours: string, value: number) =>
      ({ work, unit: 'ms', ours, bound: { kind: 'limit', value } }) as const;
    return {
      promises: [
        limit('admin page, 10,000 models: first rows after sign-in', 'first rows', 1000),
        limit('the same: longest task while scrolling from end to end', 'scrolling', 200),
        limit('the same: longest task while searching', 'searching', 200),
      ],
      round: () => round(browser, server.url, server.token ?? ''),
      [Symbol.asyncDispose]: async () => {
        await browser.close();
        await server[Symbol.asyncDispose]();
        await hub[Symbol.asyncDispose]();
      },
    };
  },
};

async function round(browser: Browser, url: string, token: string): Promise<Figures> {
  const context = await browser.newContext({ viewport: { width: 1280, height: 800 } });
  await context.addInitScript(WATCH);
  const page = await context.newPage();
  await page.goto(`${url}/-/models`);
  await page.getByLabel('Access token').fill(token);
  const row = page.getByRole('row').filter({ hasText: 'org-' }).first();
  const start = performance.now();
  await page.getByRole('button', { name: 'Sign in' }).click();
  await row.waitFor();
  const firstRows = performance.now() - start;
  const scrolling = await longestTask(page, () => scroll(page));
  const searching = await longestTask(page, () => search(page));
  await context.close();
  return { 'first rows': firstRows, scrolling, searching };
}

async function longestTask(page: Page, work: () => Promise<void>): Promise<number> {
  await page.evaluate('window.tasks.length = 0');
  await work();
  return page.evaluate<number>('Math.max(0, ...window.tasks)');
}

async function scroll(page: Page): Promise<void> {
  const height = await page.evaluate<number>('document.documentElement.scrollHeight');
  await page.mouse.move(640, 400);
  for (let step = 0; step < WHEEL_STEPS; step += 1) {
    await page.mouse.wheel(0, height / WHEEL_STEPS);
    await page.waitForTimeout(50);
  }
  // The last row there is, by its number in the table.
  await page
    .locator(`tr[aria-rowindex="${ENTRIES + 1}"]`)
    .getByRole('link')
    .waitFor();
}

async function search(page: Page): Promise<void> {
  await page.evaluate('window.scrollTo(0, 0)');
  await page.getByLabel('Search models').pressSequentially('model-9999', { delay: 60 });
  await page.getByText('1 model,').waitFor();
}
