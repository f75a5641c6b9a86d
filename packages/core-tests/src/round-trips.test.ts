import { tarArchives } from '@modelkeep/archive-tar';
import { zipArchives } from '@modelkeep/archive-zip';
import {
  bodyOf,
  collectBytes,
  memoryModel,
  seededBytes,
  seededRandom,
  shuffled,
} from '@modelkeep/testkit/memory';
import { expect, it } from 'vitest';
import { testCache } from './test-cache.ts';

const ROUNDS = Number(process.env['MODELKEEP_ROUND_TRIPS'] ?? 25);
const SEED = Number(process.env['MODELKEEP_FUZZ_SEED'] ?? 11);
const archives = [tarArchives(), zipArchives()];

const PARTS = [
  'a',
  'B',
  'model',
  '.hidden',
  'caf\u00e9',
  '\u{1f600}',
  'with space',
  '-rf',
  '__proto__',
  'n'.repeat(120),
  '100%25',
  "it's",
  'model_metadata.json',
  '.gitattributes',
  '.DS_Store',
  '._x',
];
const SIZES = [0, 1, 130, 511, 512, 513, 70_000, 300_000];

function pick<T>(items: readonly T[], random: () => number): T {
  return items[Math.floor(random() * items.length)] as T;
}

/** Files that can lie side by side: no file is another's folder. */
function randomFiles(random: () => number): Record<string, Uint8Array> {
  const files = new Map<string, Uint8Array>();
  for (let count = 1 + Math.floor(random() * 12); count > 0; count -= 1) {
    const depth = 1 + Math.floor(random() * 3);
    const path = Array.from(
      { length: depth },
      (_, level) => `${pick(PARTS, random)}${level === depth - 1 ? '' : '.d'}`,
    ).join('/');
    files.set(path, seededBytes(`${path} ${random()}`, pick(SIZES, random)));
  }
  return Object.fromEntries(shuffled([...files], random));
}

it('of random models are the same in every file, field and byte', async () => {
  for (let seed = SEED; seed < SEED + ROUNDS; seed += 1) {
    const random = seededRandom(seed);
    const why = `MODELKEEP_FUZZ_SEED=${seed}`;
    const name = pick(['gpt2', 'org/name', 'a_b/c.d-e', 'org/name@v1.0'], random);
    const [modelId = name, revision] = name.split('@');
    const model = memoryModel(
      modelId,
      randomFiles(random),
      revision === undefined ? {} : { revision },
    );
    await using from = await testCache({ models: [model], archives });
    await from.cache.pullModel(name);
    const format = pick(['tar', 'tar.gz', 'tar.zst', 'zip'], random);
    const archive = await collectBytes((await from.cache.exportModel(name, { format })).stream);
    await using to = await testCache({ archives, offline: true });
    await to.cache.importModel({
      stream: () => bodyOf(archive, 1 + Math.floor(random() * 100_000)),
    });
    const [before, after] = [await from.cache.showModel(name), await to.cache.showModel(name)];
    expect(after.files, why).toEqual(before.files);
    expect(after.metadata, why).toEqual(before.metadata);
    expect(
      [...to.storage.objects.keys()].filter((key) => key.startsWith('blobs/')).toSorted(),
      why,
    ).toEqual(
      [...from.storage.objects.keys()].filter((key) => key.startsWith('blobs/')).toSorted(),
    );
    const again = await collectBytes((await to.cache.exportModel(name, { format })).stream);
    expect(Buffer.compare(again, archive), why).toBe(0);
  }
}, 600_000);
