import { requires } from '@modelkeep/test-requirements';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { MINI_LM } from '../support/mini-lm.ts';
import { openSite, type Site, type Visit } from './site.ts';

requires('chromium', 'python-env');

let site: Site;
let visit: Visit;

beforeAll(async () => {
  site = await openSite();
  await site.bench.json(['pull', MINI_LM]);
  visit = await site.visit('uma');
});
afterAll(async () => {
  await visit[Symbol.asyncDispose]();
  await site[Symbol.asyncDispose]();
});

/** What the browser of the user gets from the API with its own cookie. */
function askAs({ page }: Visit, method: string, path: string, body?: unknown): Promise<number> {
  return page.evaluate(
    async ([verb, url, text]) => {
      const response = await fetch(url ?? '', {
        method: verb ?? 'GET',
        headers: {
          'Content-Type': 'application/json',
          'X-Requested-With': 'modelkeep',
          // Other requests than those of the tus protocol begin no upload.
          ...(verb === 'POST' && url === 'api/v1/uploads'
            ? { 'Tus-Resumable': '1.0.0', 'Upload-Length': '10' }
            : {}),
        },
        ...(text === null ? {} : { body: text }),
      });
      return response.status;
    },
    [method, `api/v1${path}`, body === undefined ? null : JSON.stringify(body)] as const,
  );
}

describe('a plain user', () => {
  it('is shown only what is for them', async () => {
    const { page } = visit;
    const names = await page
      .getByRole('navigation', { name: 'Main' })
      .first()
      .getByRole('link')
      .allTextContents();
    expect(names).toEqual(['Overview', 'Models', 'Jobs', 'Connections', 'Users and tokens']);
    for (const place of ['import', 'audit', 'settings']) {
      await visit.go(place);
      await page.getByText('This is for administrators').waitFor();
    }
  });

  it('reads models, and cannot change them', async () => {
    const { page } = visit;
    await visit.go(`models/hf@${MINI_LM}`);
    await page.getByText('Deleting frees').waitFor();
    await page.getByRole('button', { name: 'Export' }).waitFor();
    for (const name of ['Delete', 'Pin', 'Verify']) {
      expect(await page.getByRole('button', { name, exact: true }).count()).toBe(0);
    }
    await visit.go('models');
    await page.getByRole('button', { name: `Actions for ${MINI_LM}` }).click();
    await page.getByRole('menuitem', { name: 'Update…' }).waitFor();
    const actions = await page.getByRole('menuitem').allTextContents();
    expect(actions).toEqual(['Export…', 'Update…']);
  });

  it.each([
    ['DELETE', `/models/${encodeURIComponent(`hf@${MINI_LM}`)}`, undefined],
    ['PATCH', `/models/${encodeURIComponent(`hf@${MINI_LM}`)}`, { pinned: true }],
    ['POST', '/deletions', { models: [`hf@${MINI_LM}`] }],
    ['POST', '/deletions/preview', { models: [`hf@${MINI_LM}`] }],
    ['POST', '/pins', { models: [`hf@${MINI_LM}`], pinned: true }],
    ['POST', '/verify', {}],
    ['POST', '/gc', {}],
    ['POST', '/imports', { path: '/etc' }],
    ['POST', '/imports/preflight', { path: '/etc' }],
    ['POST', '/uploads', undefined],
    ['GET', '/uploads', undefined],
    ['GET', '/users', undefined],
    ['POST', '/users', { name: 'eve', role: 'admin' }],
    ['PATCH', '/users/uma', { role: 'admin' }],
    ['POST', '/users/ada/tokens', {}],
    ['GET', '/audit', undefined],
    ['GET', '/audit.csv', undefined],
    ['GET', '/settings', undefined],
  ])('is refused %s %s', async (method, path, body) => {
    await visit.go('');
    expect(await askAs(visit, method, path, body)).toBe(403);
  });

  it('makes a token for themself, and sees no others', async () => {
    const { page } = visit;
    await visit.go('access');
    await page.getByRole('button', { name: 'New token for yourself' }).click();
    await page.getByLabel('What it is for').fill('notebook');
    await page.getByRole('button', { name: 'Make the token' }).click();
    await page.getByText('This token is shown only now').waitFor();
    await page.getByRole('button', { name: 'Done' }).click();
    await page.getByRole('table', { name: 'Tokens' }).getByText('notebook').waitFor();
    expect(await page.getByText('ada').count()).toBe(0);
  });

  it('loses the page at once when the session ends elsewhere', async () => {
    await visit.go('models');
    await visit.page.getByRole('link', { name: MINI_LM }).waitFor();
    expect(await askAs(visit, 'DELETE', '/session')).toBe(204);
    const signIn = visit.page.getByLabel('Access token');
    // The page may have found out by itself by now.
    await visit.page.getByRole('link', { name: 'Jobs' }).or(signIn).first().click();
    await signIn.waitFor();
  });
});

describe('nobody', () => {
  it('sees the sign-in only, and is told why a token does not work', async () => {
    await using nobody = await site.visitAsNobody();
    await nobody.page.getByLabel('Access token').fill('hf_wrong');
    await nobody.page.getByRole('button', { name: 'Sign in' }).click();
    await nobody.page.getByText('This token is not valid here').waitFor();
    expect(await nobody.page.getByRole('navigation').count()).toBe(0);
  });
});
