import { requires } from '@modelkeep/test-requirements';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { CARD, NAMES, TEXTS } from './hostile-texts.ts';
import { openSite, type Site } from './site.ts';

requires('chromium', 'python-env');

const MODEL = 'org/hostile';

let site: Site;

beforeAll(async () => {
  site = await openSite();
  await site.hub.addModel({
    id: MODEL,
    files: {
      'README.md': CARD,
      'config.json': '{}',
      ...Object.fromEntries(NAMES.map((name) => [name, name])),
    },
    libraryName: TEXTS[0] ?? '',
    pipelineTag: TEXTS[1] ?? '',
    tags: [...TEXTS, `license:${TEXTS[2]}`],
    cardData: { language: TEXTS.slice(0, 3) },
  });
  await site.bench.json(['pull', MODEL]);
});
afterAll(() => site[Symbol.asyncDispose]());

describe('what a stranger wrote', () => {
  it('is text wherever it is shown', async () => {
    await using visit = await site.visit('ada');
    const { page, context } = visit;
    const asked: string[] = [];
    const own = new URL(site.server().url).origin;
    context.on('request', (request) => {
      if (!request.url().startsWith(own) && !/^(?:data|blob):/.test(request.url())) {
        asked.push(request.url());
      }
    });
    page.on('dialog', (dialog) => {
      asked.push(`dialog ${dialog.message()}`);
      void dialog.dismiss();
    });
    for (const path of [
      'models',
      `models/hf@${MODEL}`,
      `models/hf@${MODEL}?tab=files`,
      `models/hf@${MODEL}?tab=use`,
      '',
      'jobs',
      'audit',
      `models?search=${encodeURIComponent(TEXTS[0] ?? '')}`,
      `models?library=${encodeURIComponent(TEXTS[0] ?? '')}`,
    ]) {
      await visit.go(path);
      await page.waitForLoadState('load');
      await page.getByRole('heading', { level: 1 }).waitFor();
      await page.getByText('Loading…').first().waitFor({ state: 'detached' });
      expect(await page.evaluate('window.pwned'), path).toBeUndefined();
    }
    await visit.go(`models/hf@${MODEL}`);
    await page.getByText('The end of the card').waitFor();
    const inside = page.locator('.card-text');
    expect(
      await inside
        .locator(
          'script, iframe, object, embed, form, input, style, svg:not(.lucide), math, base, link, meta',
        )
        .count(),
    ).toBe(0);
    const attributes = await inside
      .locator('*')
      .evaluateAll((elements) =>
        elements.flatMap((element) =>
          [...element.attributes]
            .filter(
              ({ name, value }) =>
                name.startsWith('on') ||
                name === 'style' ||
                /^\s*(?:javascript|data|vbscript):/i.test(value),
            )
            .map(({ name, value }) => `${name}=${value}`),
        ),
      );
    expect(attributes).toEqual([]);
    await page
      .getByText(TEXTS[3] ?? '', { exact: true })
      .first()
      .waitFor();
    await visit.go(`models/hf@${MODEL}?tab=files`);
    for (const name of NAMES) await page.getByText(name, { exact: true }).first().waitFor();
    expect(asked).toEqual([]);
  });
});
