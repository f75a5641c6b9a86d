import { type Browser, type BrowserContext, chromium, type Page } from 'playwright-core';

const FLAGS = [
  '--no-sandbox',
  '--disable-gpu',
  '--disable-dev-shm-usage',
  '--disable-quic',
  '--no-first-run',
  '--disable-background-networking',
  '--disable-component-update',
  '--disable-sync',
];

/** For what only waits: a machine at work on much else takes its time. */
export const PATIENCE_MS = 120_000;

/** Debian's Chromium, driven as a person would. */
export function startBrowser(): Promise<Browser> {
  return chromium.launch({
    executablePath: '/usr/bin/chromium',
    args: FLAGS,
    timeout: PATIENCE_MS,
  });
}

/** What went wrong in pages of a context: errors of scripts, and what the policy forbids. */
export interface Watch {
  readonly problems: readonly string[];
}

/** Notes what pages of the context complain about. A request that fails on purpose is no complaint. */
export function watch(context: BrowserContext): Watch {
  const problems: string[] = [];
  const note = (page: Page): void => {
    page.on('pageerror', (error) =>
      problems.push(`${page.url()}: ${error.stack ?? error.message}`),
    );
    page.on('console', (message) => {
      const text = message.text();
      if (message.type() !== 'error' && message.type() !== 'warning') return;
      if (/Failed to load resource|net::ERR_/.test(text)) return;
      problems.push(`${page.url()}: ${text}`);
    });
  };
  for (const page of context.pages()) note(page);
  context.on('page', note);
  return { problems };
}
