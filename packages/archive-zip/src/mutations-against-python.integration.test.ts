import { execFileSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { isModelkeepError } from '@modelkeep/core/spi';
import { pythonEnvironment, requires } from '@modelkeep/test-requirements';
import { type RawZipMember, rawZip } from '@modelkeep/testkit/hostile-archives';
import { bodyOf, collectBytes, seededRandom, tempFolder } from '@modelkeep/testkit/memory';
import { expect, it } from 'vitest';
import { zipArchives } from './zip-archives.ts';

requires('python-env');

const MUTANTS = Number(process.env['MODELKEEP_FUZZ_MUTANTS'] ?? 6000);
const SEED = Number(process.env['MODELKEEP_FUZZ_SEED'] ?? 7);
const LIMITS = { maxEntries: 100, maxPathBytes: 1000, maxTotalBytes: () => 1_000_000 };
const SIGNATURES = [
  '504b0304',
  '504b0102',
  '504b0506',
  '504b0606',
  '504b0607',
  '504b0708',
  '00000000',
  'ffffffff',
];

/** What Python makes of each archive, a line each; null where it reads none. */
const PYTHON = `
import hashlib, json, sys, zipfile
for index in map(int, sys.argv[2].split()):
    try:
        with zipfile.ZipFile(f"{sys.argv[1]}/{index}") as archive:
            print(json.dumps([[i.filename, hashlib.sha256(archive.read(i)).hexdigest()] for i in archive.infolist()]))
    except Exception:
        print("null")
`;

async function seedArchives(): Promise<Buffer[]> {
  const texts: Record<string, string> = {
    'r/model_metadata.json': '{"a":1}',
    'r/model/config.json': 'a text that can be packed, packed, packed, packed',
    'r/model/sub/x': 'x',
  };
  const raw = (more: Partial<RawZipMember>): Buffer =>
    rawZip(Object.entries(texts).map(([name, content]) => ({ name, content, ...more })));
  const ours = (method: 'store' | 'deflate'): Promise<Uint8Array> =>
    collectBytes(
      zipArchives({ method }).write(
        Object.entries(texts).map(([path, text]) => ({
          path,
          size: text.length,
          open: () => bodyOf(Buffer.from(text)),
        })),
        { format: 'zip' },
      ),
    );
  return [
    Buffer.from(await ours('store')),
    Buffer.from(await ours('deflate')),
    raw({}),
    raw({ deflated: true }),
  ];
}

/** One or a few changes: of a byte, of a bit, of a piece that is cut, doubled or overwritten with something that means something. */
function mutate(archive: Buffer, random: () => number): Buffer {
  const at = (length: number): number => Math.floor(random() * length);
  let bytes = Buffer.from(archive);
  for (let count = 1 + at(3); count > 0; count -= 1) {
    const place = at(bytes.length);
    const length = 1 + at(16);
    const kind = at(6);
    if (kind === 0) bytes[place] = at(256);
    else if (kind === 1) bytes[place] = (bytes[place] ?? 0) ^ (1 << at(8));
    else if (kind === 2) bytes.write(SIGNATURES[at(SIGNATURES.length)] as string, place, 'hex');
    else if (kind === 3) bytes.copy(bytes, place, at(bytes.length), bytes.length);
    else {
      const piece = bytes.subarray(place, place + length);
      const rest = bytes.subarray(kind === 4 ? place + length : place);
      bytes = Buffer.concat([bytes.subarray(0, place), ...(kind === 4 ? [] : [piece]), rest]);
    }
  }
  return bytes;
}

async function readAll(path: string): Promise<string[][]> {
  const members: string[][] = [];
  const input = { path, stream: (): never => expect.unreachable() };
  for await (const { path: name, kind, body } of zipArchives().read(input, 'zip', LIMITS)) {
    const digest = createHash('sha256')
      .update(await collectBytes(body))
      .digest('hex');
    // Links and devices are refused by their kind, whatever their content.
    members.push([name, kind === 'file' || kind === 'directory' ? digest : '']);
  }
  return members;
}

it('what we accept, Python reads in the same way', { timeout: 600_000 }, async () => {
  await using folder = await tempFolder();
  await mkdir(folder.join('mutants'));
  const seeds = await seedArchives();
  const accepted = new Map<number, string[][]>();
  for (let seed = SEED; seed < SEED + MUTANTS; seed += 1) {
    const path = join(folder.join('mutants'), String(seed));
    await writeFile(path, mutate(seeds[seed % seeds.length] as Buffer, seededRandom(seed)));
    try {
      accepted.set(seed, await readAll(path));
    } catch (error) {
      if (!isModelkeepError(error, 'archive-invalid')) {
        throw new Error(`MODELKEEP_FUZZ_SEED=${seed}`, { cause: error });
      }
    }
  }
  expect(accepted.size).toBeGreaterThan(MUTANTS / 50);
  expect(accepted.size).toBeLessThan(MUTANTS / 2);
  const printed = execFileSync(
    pythonEnvironment().python,
    ['-c', PYTHON, folder.join('mutants'), [...accepted.keys()].join(' ')],
    { encoding: 'utf8', maxBuffer: 2 ** 30 },
  );
  const theirs = printed
    .trimEnd()
    .split('\n')
    .map((line) => JSON.parse(line) as string[][] | null);
  expect(theirs).toHaveLength(accepted.size);
  let read = 0;
  for (const [index, [seed, members]] of [...accepted].entries()) {
    const their = theirs[index];
    // A version that only Python minds, say.
    if (their === null || their === undefined) continue;
    read += 1;
    const special = new Set(members.filter(([, digest]) => digest === '').map(([name]) => name));
    const same = their.map(([name = '', digest = '']) => {
      const path = name.replace(/\/$/, '');
      return [path, special.has(path) ? '' : digest];
    });
    expect(members, `MODELKEEP_FUZZ_SEED=${seed}`).toEqual(same);
  }
  expect(read).toBeGreaterThan(accepted.size / 2);
});
