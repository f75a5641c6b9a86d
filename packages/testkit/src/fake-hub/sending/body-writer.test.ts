import { Writable } from 'node:stream';
import { expect, it } from 'vitest';
import { BodyWriter } from './body-writer.ts';

it('counts a piece as it goes, and takes it back if the client leaves before it is out', async () => {
  const leaving = new AbortController();
  let counted = 0;
  const count = (bytes: number): void => {
    counted += bytes;
  };
  let isTaking = true;
  const sink = new Writable({
    write: (_piece, _encoding, done) => {
      if (isTaking) done();
    },
  });
  const writer = new BodyWriter(sink, leaving.signal, count);
  expect(await writer.write(Buffer.alloc(5))).toBe(true);
  isTaking = false;
  const stuck = writer.write(Buffer.alloc(7));
  expect(counted).toBe(12);
  leaving.abort();
  expect(await stuck).toBe(false);
  expect(counted).toBe(5);
  expect(await writer.write(Buffer.alloc(9))).toBe(false);
  expect(counted).toBe(5);
});
