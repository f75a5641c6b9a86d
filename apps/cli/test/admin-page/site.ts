import { pythonEnvironment } from '@modelkeep/test-requirements';
import { type FakeHub, type FakeHubOptions, startFakeHub } from '@modelkeep/testkit/fake-hub';
import type { Browser, BrowserContext, BrowserContextOptions, Page } from 'playwright-core';
import { expect } from 'vitest';
import { type Bench, createBench } from '../modelkeep.ts';
import { type RunningServer, startServer } from '../server/start-server.ts';
import { MINI_LM, MINI_LM_FACTS } from '../support/mini-lm.ts';
import { PATIENCE_MS, startBrowser, watch } from './browser.ts';

/** A browser's window on the page, for one user. */
export interface Visit extends AsyncDisposable {
  readonly context: BrowserContext;
  readonly page: Page;
  /** What scripts and the policy complained about. */
  readonly problems: readonly string[];
  /** Goes to a place of the page: `models`. */
  go(path: string): Promise<void>;
}

/** A real server with the real model, and a browser. */
export interface Site extends AsyncDisposable {
  readonly hub: FakeHub;
  readonly commit: string;
  readonly bench: Bench;
  readonly browser: Browser;
  readonly tokens: { readonly ada: string; readonly uma: string };
  server(): RunningServer;
  restart(): Promise<void>;
  /** Signs in as `ada`, an admin, or `uma`, a user. */
  visit(user: 'ada' | 'uma', options?: BrowserContextOptions): Promise<Visit>;
  /** Opens the page without anybody being signed in. */
  visitAsNobody(options?: BrowserContextOptions): Promise<Visit>;
}

export async function openSite(hubOptions: FakeHubOptions = {}): Promise<Site> {
  const hub = await startFakeHub(hubOptions);
  const commit = await hub.addModelFromFolder(
    MINI_LM,
    pythonEnvironment().miniLmFolder,
    MINI_LM_FACTS,
  );
  const bench = await createBench({ HF_ENDPOINT: hub.url });
  const add = async (name: string, role: string): Promise<string> =>
    ((await bench.json(['user', 'add', name, '--role', role])) as { token: string }).token;
  const tokens = { ada: await add('ada', 'admin'), uma: await add('uma', 'user') };
  let server = await startServer(bench);
  const port = new URL(server.url).port;
  const browser = await startBrowser();
  const visitAsNobody = (options: BrowserContextOptions = {}): Promise<Visit> =>
    openVisit(browser, server.url, options);
  return {
    hub,
    commit,
    bench,
    browser,
    tokens,
    server: () => server,
    async restart() {
      server = await startServer(bench, { args: ['--port', port] });
    },
    visitAsNobody,
    async visit(user, options) {
      const visit = await visitAsNobody(options);
      await signIn(visit.page, tokens[user]);
      return visit;
    },
    async [Symbol.asyncDispose]() {
      await browser.close();
      await server[Symbol.asyncDispose]();
      await bench[Symbol.asyncDispose]();
      await hub.stop();
    },
  };
}

async function openVisit(
  browser: Browser,
  url: string,
  options: BrowserContextOptions,
): Promise<Visit> {
  const context = await browser.newContext({
    viewport: { width: 1280, height: 800 },
    acceptDownloads: true,
    ...options,
  });
  context.setDefaultTimeout(PATIENCE_MS);
  const { problems } = watch(context);
  const page = await context.newPage();
  await page.goto(`${url}/-/`);
  return {
    context,
    page,
    problems,
    async go(path) {
      await page.goto(`${url}/-/${path}`);
    },
    [Symbol.asyncDispose]: async () => {
      await context.close();
      expect(problems).toEqual([]);
    },
  };
}

/** Signs in by the form, as a person does. */
export async function signIn(page: Page, token: string): Promise<void> {
  await page.getByLabel('Access token').fill(token);
  await page.getByRole('button', { name: 'Sign in' }).click();
  await page.locator('#main').waitFor();
}
