import { expect, it } from 'vitest';
import type { BlobRecord, Reservation } from '../spi/metadata-store.ts';
import { reservedBytesOf } from './reserved-bytes.ts';

const a = { id: 'sha256-a', bytes: 1 };
const b = { id: 'git-b', bytes: 10 };
const c = { id: 'sha256-c', bytes: 100 };

function through(connection: string, bytes: number, ...contents: (typeof a)[]): Reservation {
  return { bytes, adds: { connection, contents } };
}

interface Asked {
  readonly own?: readonly (typeof a)[];
  readonly stored?: readonly (typeof a)[];
  readonly connection?: string;
}

async function reserved(
  reservations: readonly Reservation[],
  { own = [], stored = [], connection }: Asked = {},
): Promise<number> {
  const recordsOf = (prefix: string, ids: readonly string[]): Promise<Map<string, BlobRecord>> =>
    Promise.resolve(
      new Map(
        ids
          .filter((id) => stored.some((content) => content.id === prefix + id))
          .map((id) => [id, { digest: id, size: 0, receipt: '', verifiedAt: 0 }]),
      ),
    );
  const metadata = {
    listReservations: () => Promise.resolve(reservations),
    getBlobs: (ids: readonly string[]) => recordsOf('sha256-', ids),
    findBlobs: (ids: readonly string[]) => recordsOf('git-', ids),
  };
  return reservedBytesOf(metadata, { owner: 'me', contents: own }, connection);
}

it('of a connection are what comes through it, each content once, and none of the own', async () => {
  const all = [
    through('hub', 0, a, b),
    through('hub', 110, b, c),
    through('mirror', 1, a),
    { bytes: 5000 },
  ];
  const stored = [a, b, c];
  expect(await reserved(all, { connection: 'hub', stored })).toBe(111);
  expect(await reserved(all, { connection: 'hub', own: [b] })).toBe(101);
  expect(await reserved(all, { connection: 'mirror', own: [b] })).toBe(1);
  expect(await reserved(all, { connection: 'third', own: [b] })).toBe(0);
});

it('of the store are what it will have more, each content once, whatever it comes through', async () => {
  expect(await reserved([{ bytes: 5000 }, { bytes: 70 }], { own: [a] })).toBe(5070);
  expect(await reserved([through('hub', 110, b, c), through('mirror', 10, b)])).toBe(110);
  expect(await reserved([through('hub', 110, b, c)], { own: [c] })).toBe(10);
  expect(await reserved([through('hub', 111, a, b, c)], { stored: [b, c] })).toBe(1);
  // The rest of another server's pull is what the asker brings, too.
  expect(await reserved([through('hub', 10, a, b)], { own: [b], stored: [a] })).toBe(0);
});

it('of the store are whole contents, however much of them is on the disk of who brings them', async () => {
  expect(await reserved([through('hub', 3, c), through('mirror', 0, b)])).toBe(110);
});
