import { readdir } from 'node:fs/promises';
import { type FakeHub, startFakeHub } from '@modelkeep/testkit/fake-hub';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { type Bench, createBench } from './modelkeep.ts';
import { ON_OTHER_BACKENDS } from './support/chosen-store.ts';
import { errorOf } from './support/pulls.ts';
import { expectOnly } from './support/store-on-disk.ts';

const FILES = { 'config.json': '{"a":1}', 'model.safetensors': 'weights' };

let hub: FakeHub;
let bench: Bench;

beforeAll(async () => {
  hub = await startFakeHub();
});
afterAll(() => hub[Symbol.asyncDispose]());
beforeEach(async () => {
  bench = await createBench({ HF_ENDPOINT: hub.url });
});
afterEach(() => bench[Symbol.asyncDispose]());

describe('a name', () => {
  it
    .skipIf(ON_OTHER_BACKENDS)
    .each([
      ...['../etc', 'a/b/c', 'org/..', '..', '.', '', 'org/', '/abs', 'C:/x', 'org/na me'],
      ...['org/name@', 'org/name@../../x', 'org/name@a b', '@main', 'org\\name'],
      ...[
        'org/\u001b[31mred',
        'org/na\nme',
        'org/name@-x',
        `org/${'n'.repeat(200)}`,
        'o\u202erg/x',
      ],
    ])('%j is refused', async (name) => {
    for (const command of [['pull'], ['path'], ['show'], ['rm', '--yes']]) {
      const [verb = '', ...options] = command;
      const said = await bench.run([verb, ...options, '--json', '--', name]);
      expect(said.status, `${verb}: ${said.stderr}`).toBe(2);
      expect(errorOf(said)).toMatchObject({ code: 'invalid-argument' });
      const plain = await bench.run([verb, ...options, '--', name]);
      expect(plain.stderr).toMatch(/^error: [^\p{Cc}\u202e]+\n/u);
      expect(plain.stderr.replaceAll('\n', '')).not.toMatch(/[\p{Cc}\u202e]/u);
    }
    expect(hub.requests).toEqual([]);
    expect((await readdir(bench.home).catch(() => [])).filter((path) => path === 'hub')).toEqual(
      [],
    );
  });

  it('in another case means the same model', async () => {
    // As the Hub does it: it sends who asks in another case on to the one true name.
    await hub.addModel({ id: 'ORG/cased', files: FILES });
    hub.rename('ORG/cased', 'org/Cased');
    await bench.json(['pull', 'ORG/cased']);
    expect(await bench.json(['ls'])).toMatchObject([{ key: 'hf@org/Cased' }]);
    const path = (await bench.run(['path', 'org/Cased'])).stdout;
    expect((await bench.run(['path', 'Org/CASED'])).stdout).toBe(path);
    hub.resetCounters();
    await bench.json(['pull', 'ORG/cased']);
    expect(hub.bodyBytes()).toBe(0);
    expect(await bench.json(['show', 'ORG/CASED'])).toMatchObject({ key: 'hf@org/Cased' });
    await bench.json(['rm', 'ORG/CASED', '--yes']);
    await expectOnly(bench, []);
  });
});
