import { rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { Storage, StoredObject } from '@modelkeep/core/spi';
import { memoryStorage } from '@modelkeep/testkit/memory';
import { describe, expect, it } from 'vitest';
import type { TestCache } from './test-cache.ts';
import {
  type Peers,
  SIZE,
  startReading,
  type TwoProcesses,
  twoProcesses,
  weights,
} from './two-processes.ts';

const SOON = { timeout: 20_000 };
const HOUR = 3_600_000;

describe('a process whose other one can no longer be read', () => {
  /** One is in the middle, with a lease that outlives the test; another one, which has read some of it, is cut off from it. */
  async function cutOff(
    given: TwoProcesses,
    answer: Peers['answer'],
  ): Promise<{ first: Promise<Buffer>; second: Promise<Buffer>; goOn: () => void }> {
    const { peers, one, two } = given;
    const goOn = given.holdBack(SIZE / 2);
    const first = startReading(one);
    await expect.poll(() => first.arrived(), SOON).toBeGreaterThan(0);
    const second = startReading(two);
    await expect.poll(() => second.arrived(), SOON).toBeGreaterThan(0);
    peers.answer = answer;
    peers.cutOff('one');
    return { first: first.bytes, second: second.bytes, goOn };
  }

  const holderOf = ({ test }: TwoProcesses): string | undefined =>
    [...test.metadata.data.leases].find(([key]) => key.startsWith('flight/'))?.[1].owner;

  it.each<[string, (owner: string) => ReturnType<Peers['answer']>]>([
    ['nobody listens there', () => 'refused'],
    ['it was started again', (owner) => ({ owner: `${owner.split('/')[0]}/1/again` })],
  ])('takes over long before the lease ends: %s', async (_, answer) => {
    await using given = await twoProcesses({}, HOUR);
    const { one, two } = given;
    const { owner } = one.flights;
    const { second, goOn } = await cutOff(given, () => answer(owner));
    await expect.poll(() => holderOf(given), SOON).toBe(two.flights.owner);
    goOn();
    expect((await second).equals(weights)).toBe(true);
    // What that cost: three looks, and one write.
    expect([given.peers.looks.length, given.ended.count]).toEqual([3, 1]);
  });

  it.each<[string, (owner: string, own: string) => ReturnType<Peers['answer']>]>([
    ['nothing is heard of it', () => undefined],
    ['it says that it lives', (owner) => ({ owner })],
    ['a process of another machine has its address', () => ({ owner: 'elsewhere/1/other' })],
    ['it reaches itself there', (_, own) => ({ owner: own })],
  ])('leaves the lease alone and waits: %s', async (_, answer) => {
    await using given = await twoProcesses({}, HOUR);
    const { test, peers, one, two } = given;
    const { owner } = one.flights;
    const { first, second, goOn } = await cutOff(given, () => answer(owner, two.flights.owner));
    await expect.poll(() => peers.looks.length, SOON).toBeGreaterThan(3);
    expect([holderOf(given), given.ended.count]).toEqual([owner, 0]);
    goOn();
    expect((await first).equals(weights)).toBe(true);
    expect((await second).equals(weights)).toBe(true);
    expect(test.source.bytesServed.get('model.safetensors')).toBe(SIZE);
  });

  it.each<[string, (own: string, look: number) => ReturnType<Peers['answer']>]>([
    ['from the beginning, as by a firewall', () => 'refused'],
    ['where it reached itself before', (owner, look) => (look > 1 ? 'refused' : { owner })],
  ])('waits where it was refused: %s', async (_, answer) => {
    await using given = await twoProcesses({}, HOUR);
    const { test, peers, one, two } = given;
    peers.answer = () => answer(two.flights.owner, peers.looks.length);
    peers.cutOff('one');
    const goOn = given.holdBack(SIZE / 2);
    const first = startReading(one);
    await expect.poll(() => first.arrived(), SOON).toBeGreaterThan(0);
    const second = startReading(two);
    await expect.poll(() => peers.looks.length, SOON).toBeGreaterThan(4);
    expect(holderOf(given)).toBe(one.flights.owner);
    goOn();
    expect((await second.bytes).equals(weights)).toBe(true);
    expect((await first.bytes).equals(weights)).toBe(true);
    expect(test.source.bytesServed.get('model.safetensors')).toBe(SIZE);
  });

  it('that was started again in its place goes on', async () => {
    await using given = await twoProcesses({}, HOUR);
    const { test, peers, one, folder } = given;
    const goOn = given.holdBack(SIZE / 2);
    const first = startReading(one);
    await expect.poll(() => first.arrived(), SOON).toBeGreaterThan(0);
    const again = await test.another({
      workspace: folder,
      fetch: { retryDelayMs: 1, leaseTtlMs: HOUR },
      peers: peers.as('one'),
    });
    peers.add('one', again);
    const second = startReading(again);
    await expect.poll(() => holderOf(given), SOON).toBe(again.flights.owner);
    goOn();
    expect((await second.bytes).equals(weights)).toBe(true);
  });

  it('that only waits for the blob, and reads nothing, takes over as well', async () => {
    await using given = await twoProcesses({}, HOUR);
    const { test, peers, one, two } = given;
    given.holdBack(SIZE / 2);
    const first = startReading(one);
    await expect.poll(() => first.arrived(), SOON).toBeGreaterThan(0);
    const pulled = two.pullModel('org/name', { layOut: false });
    await expect.poll(() => peers.looks.length, SOON).toBeGreaterThan(0);
    // What the first one has asked for is still held back.
    test.source.setFaults({});
    peers.answer = () => 'refused';
    await expect.poll(() => holderOf(given), SOON).toBe(two.flights.owner);
    await pulled;
  });

  it('that reads, and has no room for a copy, takes over as well', async () => {
    await using given = await twoProcesses({}, HOUR);
    const { test, peers, one, two, folder } = given;
    const partial = join(folder, 'partial');
    await writeFile(partial, 'no folder can be made here');
    given.holdBack(SIZE / 2);
    const first = startReading(one);
    await expect.poll(() => first.arrived(), SOON).toBeGreaterThan(0);
    const second = startReading(two);
    await expect.poll(() => peers.looks.length, SOON).toBeGreaterThan(0);
    expect(second.arrived()).toBe(0);
    await rm(partial);
    test.source.setFaults({});
    peers.answer = () => 'refused';
    await expect.poll(() => holderOf(given), SOON).toBe(two.flights.owner);
    expect((await second.bytes).equals(weights)).toBe(true);
  });

  it.each(['is whole', 'failed'])('takes over as well when its copy %s', async (state) => {
    const stored = Promise.withResolvers<void>();
    const storesLate = ({ storage, folder }: TestCache): { storage: Storage } => {
      const local = memoryStorage({ objects: storage.objects, workspace: folder });
      return {
        storage: {
          ...local,
          async ingestFile(...call) {
            await stored.promise;
            return local.ingestFile?.(...call) as Promise<StoredObject>;
          },
        },
      };
    };
    await using given = await twoProcesses(storesLate, HOUR);
    using _late = { [Symbol.dispose]: () => stored.resolve() };
    const { peers, one, two } = given;
    const first = startReading(one);
    await expect.poll(() => first.arrived(), SOON).toBeGreaterThan(0);
    const pulled = two.pullModel('org/name', { layOut: false });
    await expect.poll(() => peers.looks.length, SOON).toBeGreaterThan(0);
    if (state === 'failed') peers.damage = (part) => part.map((byte) => byte ^ 1);
    const second = startReading(two);
    if (state === 'failed') await expect(second.bytes).rejects.toThrow('anew');
    else await expect.poll(() => second.arrived(), SOON).toBe(SIZE);
    expect(holderOf(given)).toBe(one.flights.owner);
    peers.answer = () => 'refused';
    await expect.poll(() => holderOf(given), SOON).toBe(two.flights.owner);
    await pulled;
  });
});
