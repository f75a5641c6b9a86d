import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import type { Page } from 'playwright-core';
import { MINI_LM } from '../support/mini-lm.ts';
import { PLACES } from './places.ts';
import { fillSite, LARGE } from './sample-models.ts';
import { openSite, type Site } from './site.ts';

// Pictures of every page, light and dark, on a laptop and on a phone: pnpm --filter modelkeep screenshots

const FOLDER = join(import.meta.dirname, '../../../../docs/screenshots');
const QUALITY = 48;
const SCREENS = {
  laptop: { width: 1280, height: 800 },
  phone: { width: 390, height: 844 },
} as const;

/** What is shown of a model beside its pages as they open. */
const SCENES: Readonly<Record<string, (page: Page) => Promise<void>>> = {
  job: async (page) => {
    await page.getByText('Deleting frees').waitFor();
    await page.getByRole('button', { name: 'Update' }).click();
    await page.getByLabel('Model', { exact: true }).fill(LARGE);
    await page.getByRole('button', { name: 'Show what would come' }).click();
    await page.getByRole('button', { name: /^Pull [0-9]/ }).click();
    await page
      .getByText(/ left$/)
      .first()
      .waitFor();
  },

  pull: async (page) => {
    await page.getByText('Deleting frees').waitFor();
    await page.getByRole('button', { name: 'Update' }).click();
    await page.getByRole('button', { name: 'Show what would come' }).click();
    await page.getByText('To fetch', { exact: true }).waitFor();
  },
  delete: async (page) => {
    await page.getByText('Deleting frees').waitFor();
    await page.getByRole('button', { name: 'Delete', exact: true }).click();
    await page.getByText('This frees').waitFor();
  },
};

async function takeAll(
  site: Site,
  screen: keyof typeof SCREENS,
  scheme: 'light' | 'dark',
): Promise<void> {
  const options = {
    viewport: SCREENS[screen],
    colorScheme: scheme,
    reducedMotion: 'reduce',
  } as const;
  const shoot = (page: Page, name: string): Promise<unknown> =>
    page.screenshot({
      path: join(FOLDER, `${name}-${screen}-${scheme}.jpg`),
      type: 'jpeg',
      quality: QUALITY,
      animations: 'disabled',
    });
  await using nobody = await site.visitAsNobody(options);
  await nobody.page.getByLabel('Access token').waitFor();
  await shoot(nobody.page, 'sign-in');
  await using visit = await site.visit('ada', options);
  for (const { name, path, sign } of PLACES) {
    await visit.go(path);
    await visit.page.getByText(sign).first().waitFor();
    await visit.page.waitForTimeout(300);
    await shoot(visit.page, name);
  }
  for (const [name, act] of Object.entries(SCENES)) {
    await visit.go(`models/hf@${MINI_LM}`);
    await act(visit.page);
    await shoot(visit.page, name);
    const cancel = visit.page.getByRole('button', { name: /^Cancel/ });
    if ((await cancel.count()) > 0) await cancel.click();
  }
  await visit.go('');
  await visit.page.getByRole('button', { name: 'Free space…' }).click();
  await visit.page.getByLabel('Leave at most (GB)').fill('0');
  await visit.page.getByRole('button', { name: /Spare what was used/ }).click();
  await visit.page.getByRole('option', { name: 'at this very moment only' }).click();
  await visit.page.getByText('What would go').first().waitFor();
  await visit.page.waitForTimeout(300);
  await shoot(visit.page, 'free-space');
  await visit.go('');
  await visit.page.getByText('Over time').scrollIntoViewIfNeeded();
  await visit.page.getByText(/ served, /).waitFor();
  await visit.page.mouse.wheel(0, 2000);
  await visit.page.waitForTimeout(300);
  await shoot(visit.page, 'traffic');
}

await mkdir(FOLDER, { recursive: true });
const site = await openSite({ bytesPerSecond: 24_000_000 });
try {
  await fillSite(site);
  for (const screen of ['laptop', 'phone'] as const) {
    for (const scheme of ['light', 'dark'] as const) await takeAll(site, screen, scheme);
  }
} finally {
  await site[Symbol.asyncDispose]();
}
