import { execFileSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { expect, it, onTestFinished } from 'vitest';
import { asking } from '../../test/ask.ts';
import { COMMIT, FakeView } from '../../test/fake-view.ts';
import { folderIndex } from '../listing/git-trees.ts';

type Row = Readonly<Record<string, unknown>>;

const URL = '/api/models/org/name/tree/main';
const FILES = {
  'a.json': '{}',
  'sub.b': 'sorts before sub/ in git',
  'sub/deep/c.txt': 'c',
  'sub/é.txt': 'e',
  sub0: 'sorts after it',
};

function view(files: Readonly<Record<string, string>> = FILES): FakeView {
  return new FakeView().add({ id: 'org/name', branches: ['refs/pr/1'], files });
}

async function paths(ask: ReturnType<typeof asking>['ask'], url: string): Promise<unknown[]> {
  return (await ask(url)).json<Row[]>().map(({ path }) => path);
}

it('lists one folder, or all of them', async () => {
  const { ask } = asking(view());
  expect(await paths(ask, URL)).toEqual(['sub', 'a.json', 'sub.b', 'sub0']);
  expect(await paths(ask, `${URL}/sub`)).toEqual(['sub/deep', 'sub/é.txt']);
  expect(await paths(ask, `${URL}/sub/`)).toEqual(['sub/deep', 'sub/é.txt']);
  expect(await paths(ask, `${URL}/sub%2Fdeep`)).toEqual(['sub/deep/c.txt']);
  const all = ['sub', 'sub/deep', 'a.json', 'sub.b', 'sub/deep/c.txt', 'sub/é.txt', 'sub0'];
  expect(await paths(ask, `${URL}?recursive=true`)).toEqual(all);
  expect(await paths(ask, '/api/models/org/name/tree/refs/pr/1?recursive=True')).toEqual(all);
  expect(await paths(ask, '/api/models/org/name/tree/refs%2Fpr%2F1/sub?recursive=1')).toEqual([
    'sub/deep',
    'sub/deep/c.txt',
    'sub/é.txt',
  ]);
});

it('gives the ids that git gives', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'tree-ids-'));
  onTestFinished(() => rmSync(folder, { recursive: true }));
  const nested = Object.entries(FILES).map(([path, content]) => [`x/${path}`, content] as const);
  const files = { ...FILES, ...Object.fromEntries(nested) };
  for (const [path, content] of Object.entries(files)) {
    mkdirSync(dirname(join(folder, path)), { recursive: true });
    writeFileSync(join(folder, path), content);
  }
  const git = (...args: string[]): string =>
    execFileSync('git', ['-c', 'core.quotePath=false', '-C', folder, ...args], {
      encoding: 'utf8',
    });
  git('init', '-q');
  git('add', '-A');
  const lines = git('ls-tree', '-rt', git('write-tree').trim()).trim().split('\n');
  const expected = Object.fromEntries(
    lines.map((line) => {
      const [, id, path] = /^\S+ \S+ (\S+)\t(.*)$/.exec(line) ?? [];
      return [path, id];
    }),
  );
  const { ask } = asking(view(files));
  const rows = (await ask(`${URL}?recursive=true`)).json<Row[]>();
  expect(Object.fromEntries(rows.map(({ path, oid }) => [path, oid]))).toEqual(expected);
});

it('tells of an LFS file its pointer and its content', async () => {
  const { ask } = asking(view({ 'm.safetensors': 'weights' }));
  expect((await ask(URL)).json()).toEqual([
    {
      type: 'file',
      oid: 'c6a67be4f3ef29ed4a07b4f2446625126a25cfda',
      size: 7,
      path: 'm.safetensors',
      lfs: {
        oid: '9a129038d9a00aed0cf6a7ea059ca50a813449061ab87848cf1a13eafdf33b2c',
        size: 7,
        pointerSize: 126,
      },
    },
  ]);
});

it('answers expand from the snapshot', async () => {
  const { ask } = asking(view({ 'a.json': '{}', 'sub/b': '' }));
  const lastCommit = { id: COMMIT, title: '', date: '2026-01-02T03:04:05.000Z' };
  const rows = (await ask(`${URL}?expand=true`)).json<Row[]>();
  expect(rows[0]).toMatchObject({ type: 'directory', path: 'sub', lastCommit });
  expect(rows[1]).toMatchObject({
    lastCommit,
    securityFileStatus: { status: 'unscanned' },
  });
});

it.each([
  ['', 1000],
  ['&limit=700', 700],
  ['&limit=5000', 1000],
  ['&limit=nonsense', 1000],
  ['&expand=true', 50],
  ['&expand=true&limit=1000', 50],
])('pages 1,100 files (%s)', async (query, size) => {
  const many = Object.fromEntries(Array.from({ length: 1_100 }, (_, n) => [`f${n}`, `${n}`]));
  const { ask } = asking(view(many), { prefix: '/hub' });
  const seen: unknown[] = [];
  let next: string | undefined = `/hub${URL}?recursive=true${query}`;
  while (next !== undefined) {
    const told = await ask(next);
    const page = told.json<Row[]>();
    expect(page.length).toBe(Math.min(size, 1_100 - seen.length));
    seen.push(...page.map(({ path }) => path));
    const link = told.headers['link'];
    // hub.js reads a Link in exactly this form.
    const [, url] = /^<(https?:\/\/[^>]+)>; rel="next"$/.exec(link ?? '') ?? [];
    expect(url === undefined).toBe(seen.length === 1_100);
    next = url?.replace(/^http:\/\/cache\.test:8080/, '');
    if (next !== undefined) expect(next.startsWith(`/hub${URL}?`)).toBe(true);
  }
  expect(new Set(seen).size).toBe(1_100);
});

it('keeps an encoded revision encoded in the link', async () => {
  const { ask } = asking(view(), { publicUrl: 'https://models.example/hf/' });
  const told = await ask('/api/models/org/name/tree/refs%2Fpr%2F1?limit=2');
  expect(told.headers['link']).toBe(
    '<https://models.example/hf/api/models/org/name/tree/refs%2Fpr%2F1?limit=2&cursor=Mg>; rel="next"',
  );
});

it('takes a cursor that it did not give for the first page', async () => {
  const { ask } = asking(view());
  const first = await paths(ask, URL);
  for (const cursor of ['', 'x', '-1', 'LTE', 'MS41', 'SW5maW5pdHk', '%00']) {
    expect(await paths(ask, `${URL}?cursor=${cursor}`)).toEqual(first);
  }
});

it('knows no folder by the name of a file, nor one that is absent', async () => {
  const { ask } = asking(view());
  for (const path of ['nope', 'a.json', 'additional_chat_templates']) {
    const told = await ask(`${URL}/${path}`);
    expect([told.status, told.headers['x-error-code'], told.headers['x-repo-commit']]).toEqual([
      404,
      'EntryNotFound',
      COMMIT,
    ]);
  }
});

it('finds ids once for a commit', async () => {
  const { files } = await view().revision('org/name', 'main');
  expect(folderIndex(files)).toBe(folderIndex(files));
});
