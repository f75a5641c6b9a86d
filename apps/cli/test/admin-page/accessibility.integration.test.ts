import { AxeBuilder } from '@axe-core/playwright';
import { requires } from '@modelkeep/test-requirements';
import type { Locator, Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { MINI_LM } from '../support/mini-lm.ts';
import { PLACES } from './places.ts';
import { openSite, type Site } from './site.ts';

requires('chromium', 'python-env');

let site: Site;

beforeAll(async () => {
  site = await openSite();
  await site.bench.json(['pull', MINI_LM]);
});
afterAll(() => site[Symbol.asyncDispose]());

/** What axe finds, each with the elements that it is found at. In the dark only colours differ. */
async function findings(page: Page): Promise<readonly string[]> {
  const axe = new AxeBuilder({ page });
  const isDark = await page.evaluate<boolean>('matchMedia("(prefers-color-scheme: dark)").matches');
  const { violations } = await (isDark ? axe.withRules(['color-contrast']) : axe).analyze();
  return violations.map(({ id, nodes }) => `${id}: ${nodes.map(({ html }) => html).join(' ')}`);
}

/** The page moves the focus a turn after the key, so this waits for it. */
function hasFocus(element: Locator): Promise<void> {
  return element.and(element.page().locator(':focus')).waitFor();
}

describe.each(['light', 'dark'] as const)('in the %s', (colorScheme) => {
  it('axe finds nothing on any page, nor in the dialogs', async () => {
    const options = { colorScheme, reducedMotion: 'reduce' } as const;
    await using visit = await site.visit('ada', options);
    const { page } = visit;
    const found: Record<string, readonly string[]> = {};
    for (const { name, path, sign } of PLACES) {
      await visit.go(path);
      await page.getByText(sign).first().waitFor();
      found[name] = await findings(page);
    }
    await visit.go(`models/hf@${MINI_LM}`);
    for (const name of ['Export', 'Verify', 'Delete', 'Update']) {
      await page.getByRole('button', { name, exact: true }).click();
      await page.locator('[role=dialog], [role=alertdialog]').first().waitFor();
      found[name] = await findings(page);
      await page.keyboard.press('Escape');
    }
    await visit.go('');
    await page.getByRole('button', { name: 'Free space…' }).click();
    await page.getByLabel('Leave at most (GB)').fill('0');
    await page.getByRole('region', { name: 'What stays' }).first().waitFor();
    found['Free space'] = await findings(page);
    await page.keyboard.press('Escape');
    expect(found).toEqual(Object.fromEntries(Object.keys(found).map((name) => [name, []])));
  });

  it('axe finds nothing on a narrow screen, with the menu and the filters open', async () => {
    const viewport = { width: 360, height: 740 };
    await using visit = await site.visit('ada', { colorScheme, viewport, reducedMotion: 'reduce' });
    const { page } = visit;
    await visit.go('models');
    await page.getByRole('button', { name: 'Filters' }).click();
    await page.getByText(MINI_LM).first().waitFor();
    expect(await findings(page)).toEqual([]);
    await page.getByRole('button', { name: 'Menu' }).click();
    await page.getByRole('dialog', { name: 'Menu' }).waitFor();
    expect(await findings(page)).toEqual([]);
  });

  it('axe finds nothing at the sign-in', async () => {
    await using visit = await site.visitAsNobody({ colorScheme });
    await visit.page.getByLabel('Access token').waitFor();
    expect(await findings(visit.page)).toEqual([]);
  });
});

describe('every page', () => {
  // 320 wide is what a screen of 1280 has left at 400 %, and less than it has at 200 %.
  it.each([320, 640])('fits a screen that is %d wide', async (width) => {
    await using visit = await site.visit('ada', { viewport: { width, height: 700 } });
    for (const { name, path, sign } of PLACES) {
      await visit.go(path);
      await visit.page.getByText(sign).first().waitFor();
      const overflow = await visit.page.evaluate<number>(
        'document.documentElement.scrollWidth - document.documentElement.clientWidth',
      );
      expect(overflow, name).toBeLessThanOrEqual(0);
    }
  });

  it('is reached and left by the keyboard alone', async () => {
    await using visit = await site.visit('ada');
    const { page } = visit;
    await visit.go('');
    await page.getByText('What takes the room').waitFor();
    await page.keyboard.press('Tab');
    await page.keyboard.press('Enter');
    await hasFocus(page.locator('#main'));
    await page.getByRole('link', { name: 'Models', exact: true }).first().focus();
    await page.keyboard.press('Enter');
    // A screen reader goes on at the new page.
    await hasFocus(page.locator('#main'));
    const actions = page.getByRole('button', { name: `Actions for ${MINI_LM}` });
    await actions.focus();
    await page.keyboard.press('Enter');
    await page.getByRole('menu').waitFor();
    await page.keyboard.press('ArrowDown');
    await page.keyboard.press('Escape');
    await hasFocus(actions);
    const pull = page.getByRole('button', { name: 'Pull a model' });
    await pull.focus();
    await page.keyboard.press('Enter');
    const dialog = page.getByRole('dialog');
    await dialog.waitFor();
    await dialog.locator(':focus').waitFor();
    await page.keyboard.press('Escape');
    await hasFocus(pull);
  });
});
