import { setImmediate as nextTurn } from 'node:timers/promises';
import type { Storage } from '@modelkeep/core/spi';
import { isModelkeepError } from '@modelkeep/core/spi';
import { describe, expect } from 'vitest';
import { declared } from '../suite/declared.ts';
import { expectBytes } from '../suite/expect-bytes.ts';
import { expectCode } from '../suite/expect-failure.ts';
import { listAll } from '../suite/list-all.ts';
import { bodyOf, collectBytes } from '../tools/bytes.ts';
import { seededBytes, seededRandom } from '../tools/seeded.ts';
import type { StorageTest } from './storage-test.ts';

const WRITERS = 16;
const SIZE = 150_000;

export function describeRaces(test: StorageTest): void {
  describe('several writers', () => {
    test('of one key leave the whole body of one of them', async ({ storage }) => {
      for (let round = 0; round < 5; round += 1) {
        await Promise.all(
          Array.from({ length: WRITERS }, (_, writer) =>
            storage.write(
              'raced',
              unevenBody(
                seededBytes(`${round} ${writer}`, SIZE),
                seededRandom(100 * round + writer),
              ),
            ),
          ),
        );
        const content = Buffer.from(await collectBytes(await storage.read('raced')));
        const winners = Array.from({ length: WRITERS }, (_, writer) => writer).filter((writer) =>
          content.equals(seededBytes(`${round} ${writer}`, SIZE)),
        );
        expect(winners, 'writers whose body is there, whole').toHaveLength(1);
      }
    });

    test('of different keys do not disturb each other', async ({ storage }) => {
      await Promise.all(
        Array.from({ length: 64 }, (_, index) =>
          storage.write(`parallel/${index % 8}/${index}`, bodyOf(seededBytes(index, 20_000))),
        ),
      );
      for (let index = 0; index < 64; index += 1) {
        const content = await collectBytes(await storage.read(`parallel/${index % 8}/${index}`));
        expectBytes(content, seededBytes(index, 20_000));
      }
    });

    test('with onlyIfAbsent: one wins, the others get conflict', async ({ storage, context }) => {
      declared(context, storage.features.conditionalWrite, 'conditionalWrite');
      for (let round = 0; round < 5; round += 1) await raceForAbsence([storage], `once-${round}`);
    });

    test('with onlyIfAbsent, in two processes: one wins', async ({ storage, context, another }) => {
      declared(context, storage.features.conditionalWrite, 'conditionalWrite');
      const storages = [storage, await another()];
      for (let round = 0; round < 5; round += 1) await raceForAbsence(storages, `once-${round}`);
    });

    test('with onlyIfAbsent: an object that is there stays, one that went may come again', async ({
      storage,
      context,
    }) => {
      declared(context, storage.features.conditionalWrite, 'conditionalWrite');
      const options = { onlyIfAbsent: true, size: 10 };
      const first = await storage.write('first', bodyOf(seededBytes('first', 10)), options);
      const second = (): Promise<unknown> =>
        storage.write('first', bodyOf(seededBytes('second', 10)), options);
      await expectCode(second, 'conflict');
      expect(await listAll(storage.list(''))).toEqual([first]);
      await storage.delete('first');
      await second();
      expectBytes(await collectBytes(await storage.read('first')), seededBytes('second', 10));
    });
  });
}

/** A body whose chunks come at times of their own, so that each writer is the last one somewhere. */
async function* unevenBody(
  content: Uint8Array,
  random: () => number,
): AsyncGenerator<Uint8Array, void, undefined> {
  for await (const chunk of bodyOf(content, 10_000)) {
    for (let turns = Math.floor(random() * 6); turns > 0; turns -= 1) await nextTurn();
    yield chunk;
  }
}

async function raceForAbsence(storages: readonly Storage[], key: string): Promise<void> {
  const results = await Promise.allSettled(
    Array.from({ length: WRITERS }, async (_, writer) => {
      const storage = storages[writer % storages.length];
      const body = bodyOf(seededBytes(`${key} ${writer}`, SIZE), 10_000);
      await storage?.write(key, body, { onlyIfAbsent: true });
    }),
  );
  const winners = results.flatMap(({ status }, writer) => (status === 'fulfilled' ? [writer] : []));
  expect(winners, 'writers that were told they won').toHaveLength(1);
  for (const result of results) {
    if (result.status === 'rejected') {
      expect(isModelkeepError(result.reason, 'conflict'), String(result.reason)).toBe(true);
    }
  }
  const [storage] = storages;
  if (storage === undefined) return;
  const content = await collectBytes(await storage.read(key));
  expectBytes(content, seededBytes(`${key} ${winners[0]}`, SIZE));
}
