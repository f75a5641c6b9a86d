import { Readable } from 'node:stream';
import { createGzip, createZstdCompress } from 'node:zlib';
import { isModelkeepError } from '@modelkeep/core/spi';
import { padded, rawHeader, rawMember, TAR_END } from '@modelkeep/testkit/hostile-archives';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type Jail, openJail } from './jail.ts';

const MIB = 1024 * 1024;
const GIB = 1024 * MIB;

function metadata(extra: object = {}): Buffer {
  const required = { modelDefinition: { key: 'hf@org/bomb' }, url: 'u', version: 0 };
  return rawMember({
    path: 'r/model_metadata.json',
    content: JSON.stringify({ ...required, ...extra }),
  });
}

/** Bytes of an archive that go on as long as anybody asks, and how many were asked for. */
function endless(
  start: readonly Uint8Array[],
  repeat: (round: number) => Uint8Array,
): {
  stream(): AsyncGenerator<Uint8Array>;
  taken(): number;
} {
  let taken = 0;
  return {
    async *stream() {
      for (const chunk of start) {
        taken += chunk.length;
        yield chunk;
      }
      for (let round = 0; ; round += 1) {
        const chunk = repeat(round);
        taken += chunk.length;
        yield chunk;
      }
    },
    taken: () => taken,
  };
}

async function* zeros(bytes: number): AsyncGenerator<Uint8Array> {
  const chunk = new Uint8Array(MIB);
  for (let sent = 0; sent < bytes; sent += chunk.length) yield chunk;
}

describe('bombs', () => {
  let jail: Jail;
  let untouched: readonly string[];
  beforeAll(async () => {
    jail = await openJail({ totalBytes: 64 * MIB });
    untouched = await jail.picture();
  });
  afterAll(() => jail[Symbol.asyncDispose]());

  async function refusal(stream: () => AsyncIterable<Uint8Array>): Promise<string> {
    const error: unknown = await jail.cache.importModel({ stream }).then(
      () => new Error('imported'),
      (failure: unknown) => failure,
    );
    expect(await jail.picture()).toEqual(untouched);
    if (!isModelkeepError(error)) throw error;
    return `${error.code} ${String(error.details['reason'] ?? '')}`.trim();
  }

  it.each([
    ['gzip', createGzip],
    ['zstd', createZstdCompress],
  ])(
    'of %s beside the model are given up soon',
    async (_name, create) => {
      const stream = (): AsyncIterable<Uint8Array> => {
        const codec = create();
        codec.write(Buffer.concat([metadata(), rawHeader({ name: 'r/zeros', size: 7 * GIB })]));
        Readable.from(zeros(7 * GIB)).pipe(codec);
        return codec;
      };
      expect(await refusal(stream)).toBe('archive-invalid too-many-bytes');
    },
    300_000,
  );

  it('in the model stop before the first byte beyond what is declared', async () => {
    const small = rawMember({ path: 'r/model/a', content: Buffer.alloc(3 * MIB) });
    const large = rawHeader({ name: 'r/model/b', size: 8 * GIB - 1 });
    const archive = endless(
      [metadata({ sizeInBytes: 4 * MIB }), small, large],
      () => new Uint8Array(MIB),
    );
    expect(await refusal(archive.stream)).toBe('archive-invalid wrong-sizes');
    expect(archive.taken()).toBeLessThan(4 * MIB);
  });

  it('of 8 TiB that nobody declared stop at the room there is', async () => {
    const sizeField = Uint8Array.from([0x80, 0, 0, 0, 0, 0, 0x08, 0, 0, 0, 0, 0]);
    const header = rawHeader({ name: 'r/model/a', sizeField });
    const archive = endless([metadata(), header], () => new Uint8Array(MIB));
    expect(await refusal(archive.stream)).toBe('no-space');
    expect(archive.taken()).toBeLessThan(MIB);
  });

  it('of members without end stop at a number', async () => {
    const archive = endless([metadata()], (round) => rawHeader({ name: `r/${round}`, type: '5' }));
    expect(await refusal(archive.stream)).toBe('archive-invalid too-many-members');
  }, 300_000);

  it('of zeros behind the end stop', async () => {
    const archive = endless(
      [metadata(), rawMember({ path: 'r/model/a', content: 'a' }), TAR_END],
      () => new Uint8Array(64 * 1024),
    );
    expect(await refusal(archive.stream)).toBe('archive-invalid trailing-bytes');
    expect(archive.taken()).toBeLessThan(2 * MIB);
  });

  it('of extended headers stop', async () => {
    const comment = `${'9'.repeat(0)}${MIB - 8} comment=`;
    const body = Buffer.from(`${comment}${'x'.repeat(MIB - 8 - comment.length - 1)}\n`);
    const pax = Buffer.concat([
      rawHeader({ name: 'g', type: 'g', size: body.length }),
      padded(body),
    ]);
    const archive = endless([metadata()], () => pax);
    expect(await refusal(archive.stream)).toBe('archive-invalid too-many-bytes');
    expect(archive.taken()).toBeLessThan(300 * MIB);
  }, 300_000);

  it('of files of desktop systems stop', async () => {
    const archive = endless([metadata({ sizeInBytes: 1 })], (round) =>
      rawMember({ path: `r/model/${round}/.DS_Store`, content: Buffer.alloc(8 * MIB) }),
    );
    expect(await refusal(archive.stream)).toBe('archive-invalid too-many-bytes');
  }, 300_000);
});
