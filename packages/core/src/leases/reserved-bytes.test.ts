import { expect, it } from 'vitest';
import type { Reservation } from '../spi/metadata-store.ts';
import { reservedBytesOf } from './reserved-bytes.ts';

const [a, b, c] = ['a', 'b', 'c'].map((id, index) => ({ id, bytes: 10 ** index })) as [
  { id: string; bytes: number },
  { id: string; bytes: number },
  { id: string; bytes: number },
];

function through(connection: string, bytes: number, ...contents: (typeof a)[]): Reservation {
  return { bytes, adds: { connection, contents } };
}

async function reserved(
  reservations: readonly Reservation[],
  own: readonly (typeof a)[],
  connection?: string,
): Promise<number> {
  const metadata = { listReservations: () => Promise.resolve(reservations) };
  return reservedBytesOf(metadata, { owner: 'me', contents: own }, connection);
}

it('of a connection are what comes through it, each content once, and none of the own', async () => {
  const all = [
    through('hub', 0, a, b),
    through('hub', 110, b, c),
    through('mirror', 1, a),
    { bytes: 5000 },
  ];
  expect(await reserved(all, [], 'hub')).toBe(111);
  expect(await reserved(all, [b], 'hub')).toBe(101);
  expect(await reserved(all, [b], 'mirror')).toBe(1);
  expect(await reserved(all, [b], 'third')).toBe(0);
});

it('of the store are what is still to be written, whatever it comes through', async () => {
  expect(await reserved([{ bytes: 5000 }, { bytes: 70 }], [a])).toBe(5070);
  // All but `a` is stored already.
  expect(await reserved([through('hub', 1, a, b, c)], [])).toBe(1);
  expect(await reserved([through('hub', 110, b, c), through('mirror', 10, b)], [])).toBe(110);
  expect(await reserved([through('hub', 110, b, c)], [c])).toBe(10);
  // One of the two has a part of it on its disk.
  expect(await reserved([through('hub', 3, b), through('hub', 10, b)], [])).toBe(10);
});
