import { type FakeHub, startFakeHub } from '@modelkeep/testkit/fake-hub';
import { describe, expect, it } from 'vitest';
import { ON_OTHER_BACKENDS } from './support/chosen-store.ts';
import {
  CDN,
  CONFIG,
  type FaultRow,
  HUB,
  LASTING_FAULTS,
  PASSING_FAULTS,
  SLOW_FAULTS,
  VOCABULARY,
  WEIGHTS,
} from './support/fault-table.ts';
import { expectFiles, type ModelFiles, madeUpBytes } from './support/model-files.ts';
import { errorOf, expectNoSecrets, pullBench, TOKEN } from './support/pulls.ts';

const MIB = 2 ** 20;
const FILES: ModelFiles = {
  [WEIGHTS]: madeUpBytes('weights', 12 * MIB),
  [VOCABULARY]: madeUpBytes('vocabulary', 2_500_000),
  [CONFIG]: '{"hidden_size":384,"layers":6}',
  'tokenizer.txt': madeUpBytes('tokenizer', 300_000),
  'adapter/adapter.bin': madeUpBytes('adapter', 700_000),
  'empty.txt': '',
};

async function startHub(): Promise<FakeHub> {
  const hub = await startFakeHub();
  hub.addToken(TOKEN, { grants: '*' });
  await hub.addModel({ id: 'org/model', files: FILES, private: true });
  return hub;
}

/** Pulls while the faults are on: the result is right, or the error is clear and a retry without them gives what is right. */
async function pullThrough(hub: FakeHub, { faults, outcome }: FaultRow): Promise<void> {
  await using bench = await pullBench(hub);
  const handles = faults.map((fault) => hub.faults.add(fault));
  const first = await bench.run(['pull', 'org/model', '--json']);
  for (const { hits } of handles) expect(hits, first.stderr).toBeGreaterThan(0);
  if (outcome === 'right') {
    expect(first.status, first.stderr).toBe(0);
  } else {
    expect(first.status, first.stderr).toBe(outcome.status);
    const { code, message } = errorOf(first);
    expect(code).toBe(outcome.code);
    for (const part of outcome.says) expect(message).toMatch(inMessage(hub, part));
    expect(await bench.json(['ls'])).toEqual([]);
  }
  hub.faults.clear();
  const again = await bench.run(['pull', 'org/model']);
  expect(again.status, again.stderr).toBe(0);
  await expectFiles(again.stdout.trim(), FILES);
  await expectNoSecrets(hub, bench, [first, again]);
}

function inMessage(hub: FakeHub, part: string | RegExp): string | RegExp {
  if (part === HUB) return new URL(hub.url).host;
  return part === CDN ? new URL(hub.cdn.url).host : part;
}

function titled(rows: readonly FaultRow[]): readonly (FaultRow & { readonly ends: string })[] {
  return rows.map((row) => ({ ...row, ends: row.outcome === 'right' ? 'hides' : 'tells of' }));
}

async function pullFromHubOfItsOwn(row: FaultRow): Promise<void> {
  await using hub = await startHub();
  await pullThrough(hub, row);
}

describe.concurrent('a pull, whatever the Hub does', () => {
  it.skipIf(ON_OTHER_BACKENDS).each(titled([...PASSING_FAULTS, ...SLOW_FAULTS]))(
    '$ends $name',
    pullFromHubOfItsOwn,
  );
  it.each(titled(LASTING_FAULTS))('$ends $name', pullFromHubOfItsOwn);
});
