import { execFileSync } from 'node:child_process';
import { writeFile } from 'node:fs/promises';
import { crc32, deflateRawSync } from 'node:zlib';
import { requires } from '@modelkeep/test-requirements';
import { type RawZipMember, rawZip } from '@modelkeep/testkit/hostile-archives';
import { collectBytes, seededBytes, tempFolder } from '@modelkeep/testkit/memory';
import { expect, it } from 'vitest';
import { zipArchives } from './zip-archives.ts';

requires('unzip');

const FILES: Readonly<Record<string, Buffer>> = {
  'root/model_metadata.json': Buffer.from('{}'),
  'root/model/empty': Buffer.alloc(0),
  'root/model/\u00fcnic\u00f6de \u{1f600}.txt': Buffer.from('u'.repeat(500)),
  'root/model/weights.safetensors': Buffer.from(seededBytes('weights', 300_001)),
};
const LIMITS = { maxEntries: 100, maxPathBytes: 2000, maxTotalBytes: () => 2 ** 30 };
/** Two times in a field of their own. */
const MACOS_TIMES = Buffer.from('555808000000004000000040', 'hex');

function descriptorOf(content: Uint8Array): Buffer {
  const bytes = Buffer.alloc(16);
  bytes.writeUInt32LE(0x08074b50, 0);
  bytes.writeUInt32LE(crc32(content), 4);
  bytes.writeUInt32LE(deflateRawSync(content).byteLength, 8);
  bytes.writeUInt32LE(content.byteLength, 12);
  return bytes;
}

// Neither Windows nor macOS runs here: these are made by hand, field by field as such zips are described.
it.each<readonly [string, (name: string, content: Buffer) => RawZipMember]>([
  [
    // Made on FAT by version 2.0, figures before the content, names marked as UTF-8 where they need it; no folders.
    "Windows Explorer's",
    (name, content) => ({
      name,
      content,
      deflated: true,
      host: 0,
      mode: 0,
      both: { flags: /^[\x20-\x7e]*$/.test(name) ? 0 : 0x0800 },
    }),
  ],
  [
    // Made on Unix, names in UTF-8 without a mark, figures behind the content alone.
    "macOS's Archive Utility's",
    (name, content) => ({
      name,
      content,
      deflated: true,
      host: 3,
      both: { flags: 0x0008, extra: MACOS_TIMES },
      local: { crc: 0, compressedSize: 0, size: 0 },
      behind: descriptorOf(content),
    }),
  ],
])('a zip like %s is read as unzip reads it', async (_whose, toMember) => {
  await using folder = await tempFolder();
  const path = folder.join('desktop.zip');
  const members = Object.entries(FILES).map(([name, content]) => toMember(name, content));
  await writeFile(path, rawZip(members));
  const env = { ...process.env, LC_ALL: 'C.UTF-8' };
  expect(execFileSync('unzip', ['-t', path], { encoding: 'utf8', env })).toContain('No errors');
  const found: Record<string, Buffer> = {};
  const input = { path, stream: (): never => expect.unreachable() };
  for await (const entry of zipArchives().read(input, 'zip', LIMITS)) {
    found[entry.path] = Buffer.from(await collectBytes(entry.body));
  }
  expect(Object.keys(found)).toEqual(Object.keys(FILES));
  for (const [name, content] of Object.entries(FILES)) {
    expect(found[name]?.equals(content), name).toBe(true);
  }
});
