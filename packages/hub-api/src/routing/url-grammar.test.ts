import type { HubView } from '@modelkeep/core';
import { expect, it } from 'vitest';
import { FakeView } from '../../test/fake-view.ts';
import { type Seeded, seeded } from '../../test/seeded.ts';
import { createHubApi } from '../hub-api.ts';
import { readTarget } from './read-target.ts';

const CANARY = 'canary-that-must-stay-inside';
const ROUNDS = 50_000;

const STARTS = [
  '/org/name/resolve/main/',
  '/org/name/raw/main/',
  '/org/name/tree/main/',
  '/org/name/blob/main/',
  '/org/name/',
  '/gpt2/resolve/refs%2Fpr%2F1/',
  '/gpt2/resolve/refs/pr/1/',
  '/api/models/org/name/tree/main/',
  '/api/models/org/name/revision/',
  '/api/models/org/name/commits/',
  '/api/models/org/name/refs/',
  '/api/models/org/name/discussions/',
  '/api/models/org/',
  '/api/models/',
  '/api/resolve-cache/models/org/name/',
  '/api/telemetry/',
  '/api/',
  '/datasets/org/name/resolve/main/',
  '/-/',
  '/',
  '',
  'http://cache.test/org/name/resolve/main/',
  '//evil.example/',
];
const PIECES = [
  '..',
  '.',
  '...',
  '%2e%2e',
  '%2E%2e',
  '.%2e',
  '%252e%252e',
  '%25%32%65',
  '%c0%ae%c0%ae',
  '%e0%80%ae',
  '\u00c0\u00ae',
  '%ef%bc%8e%ef%bc%8e',
  '%u002e',
  '..;',
  ';x=1',
  '..%00',
  '%00',
  '%0d%0aX-Evil:%201',
  '%09',
  '\t',
  '%5c',
  '\\',
  '..\\',
  '%255c',
  '%2f',
  '%2F',
  '%252f',
  '..%2f',
  '%2f..%2f',
  '%c0%af',
  '%ef%bc%8f',
  '/',
  '//',
  '/./',
  '%',
  '%2',
  '%zz',
  '%ff',
  '\u00ff',
  '#',
  '%23',
  '?',
  '%3f',
  '&',
  '=',
  '+',
  '%20',
  '@',
  ':',
  '~',
  'etc/passwd',
  'a.json',
  'sub',
  'main',
  'org',
  'name',
  'resolve',
  'api',
  '__proto__',
  'constructor',
  'a'.repeat(300),
];

function isOdd(text: string): boolean {
  return [...text].some((character) => character < ' ' || character === '\\');
}

/** Answers with the canary if it is ever asked for something that lies outside. */
function guardedView(calls: string[][]): HubView {
  const view = new FakeView()
    .add({ id: 'org/name', files: { 'a.json': '{}', 'sub/a.json': '{}' } })
    .add({ id: 'gpt2', branches: ['refs/pr/1'], files: { 'a.json': '{}' } });
  const check = (...names: string[]): void => {
    calls.push(names);
    const parts = names.flatMap((name) => name.split('/'));
    const outside = parts.some((part) => part === '..' || part === '.' || isOdd(part));
    if (outside || names.some((name) => name.startsWith('/'))) {
      throw new Error(CANARY);
    }
  };
  return {
    revision(id, revision, options) {
      check(id, revision);
      return view.revision(id, revision, options);
    },
    file(id, revision, path, options) {
      check(id, revision, path);
      return view.file(id, revision, path, options);
    },
    refs(id, options) {
      check(id);
      return view.refs(id, options);
    },
    kept(id, options) {
      check(id);
      return view.kept(id, options);
    },
    commitObject(id, commit, options) {
      check(id, commit);
      return view.commitObject(id, commit, options);
    },
    gitHistory: view.gitHistory,
    forward(request, id, options) {
      const path = request.path.replace(/\?.*$/, '');
      check(id ?? '', ...path.slice(1).split('/').map(decodeURIComponent));
      return view.forward(request, id, options);
    },
  };
}

function target(random: Seeded): string {
  let text = random.pick(STARTS);
  for (let count = 1 + random.next(5); count > 0; count -= 1) {
    text += random.pick(PIECES) + random.pick(['', '', '/', '/']);
  }
  return text;
}

/** What a guard would see that reads the address by itself. */
function seenByGuard(text: string): string[] {
  const { pathname } = new URL(text, 'http://cache.test');
  return pathname.slice(1).replace(/\/$/, '').split('/');
}

function seenByHandler(text: string): string[] {
  return readTarget(text).segments.map(({ raw }) => raw);
}

/** As `URL` writes a name that came as bytes above ASCII. */
function asUrlWrites(names: readonly string[]): string[] {
  return new URL(`/${names.join('/')}`, 'http://cache.test').pathname.slice(1).split('/');
}

it(`${ROUNDS} targets: no 5xx, nothing from outside, guard and handler of one mind`, async () => {
  const random = seeded();
  const calls: string[][] = [];
  const failures: unknown[] = [];
  const api = createHubApi({
    view: guardedView(calls),
    async *listModels() {},
    onError: (error) => failures.push(error),
  });
  let accepted = 0;
  for (let round = 0; round < ROUNDS; round += 1) {
    const url = target(random);
    const why = `SEED=${random.seed} ${JSON.stringify(url)}`;
    const method = random.pick(['GET', 'GET', 'HEAD', 'POST', 'OPTIONS', 'DELETE']);
    const request = new Request('http://cache.test/', { method });
    const response = await api(request, { incoming: { url } });
    const text = await response.text();
    expect(response.status, why).toBeLessThan(500);
    expect(text + JSON.stringify([...response.headers]), why).not.toContain(CANARY);
    expect(response.headers.get('x-evil'), why).toBeNull();
    if (response.status === 400 || response.status === 414) continue;
    accepted += 1;
    expect(asUrlWrites(seenByHandler(url)), why).toEqual(seenByGuard(url));
  }
  expect(failures).toEqual([]);
  // The grammar must reach the routes, or all this says nothing.
  expect(accepted).toBeGreaterThan(ROUNDS / 20);
  expect(calls.length).toBeGreaterThan(ROUNDS / 50);
}, 600_000);

it('sees the same by the address of a web request as by the raw target', async () => {
  const random = seeded();
  const api = createHubApi({ view: guardedView([]), async *listModels() {} });
  for (let round = 0; round < 2_000; round += 1) {
    const url = target(random);
    if (!URL.canParse(url, 'http://cache.test')) continue;
    const address = new URL(url, 'http://cache.test');
    address.username = '';
    address.password = '';
    const response = await api(new Request(address));
    expect(response.status, `SEED=${random.seed} ${JSON.stringify(url)}`).toBeLessThan(500);
    expect(await response.text()).not.toContain(CANARY);
  }
});
