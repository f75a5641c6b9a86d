import { readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { downloadFile, listFiles, snapshotDownload } from '@huggingface/hub';
import { vi } from 'vitest';
import { DIGESTS, FETCHED_ONCE, FILES, MODEL, publish, sha256, sha256OfFile } from './fixture.ts';
import { throughStates } from './matrix.ts';

// It tells the console of each file.
vi.spyOn(console, 'info').mockImplementation(() => {});
vi.spyOn(console, 'debug').mockImplementation(() => {});

throughStates({
  name: '@huggingface/hub',
  publish,
  fetched: FETCHED_ONCE,
  async run(stage) {
    const repository = { repo: MODEL, hubUrl: stage.url };
    const listed = await Array.fromAsync(listFiles({ ...repository, recursive: true }));
    const files = listed.filter(({ type }) => type === 'file').map(({ path }) => path);
    const downloaded: Record<string, string> = {};
    for (const path of files) {
      const blob = await downloadFile({ ...repository, path });
      downloaded[path] = sha256(new Uint8Array((await blob?.arrayBuffer()) ?? []));
    }
    const cacheDir = (await stage.client())['HF_HOME'] ?? '';
    const folder = await snapshotDownload({ ...repository, cacheDir });
    return { files: files.sort(), downloaded, snapshot: await digestsIn(folder) };
  },
  expected: () => ({
    files: Object.keys(FILES).sort(),
    downloaded: DIGESTS,
    snapshot: DIGESTS,
  }),
});

async function digestsIn(folder: string): Promise<Record<string, string>> {
  const entries = await readdir(folder, { recursive: true, withFileTypes: true });
  const paths = entries
    .filter((entry) => !entry.isDirectory())
    .map((entry) => join(entry.parentPath, entry.name));
  const digests = paths.map(async (path) => [
    path.slice(folder.length + 1),
    await sha256OfFile(path),
  ]);
  return Object.fromEntries(await Promise.all(digests)) as Record<string, string>;
}
