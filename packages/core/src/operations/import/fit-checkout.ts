import { access, mkdir, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { type FileSystemRules, findCollision } from '../../archives/file-system-collisions.ts';
import { archiveInvalid, quoteName } from '../../spi/archive-error.ts';

const STRICTEST: FileSystemRules = { caseInsensitive: true, normalizing: true };

async function isThere(path: string): Promise<boolean> {
  return access(path).then(
    () => true,
    () => false,
  );
}

/** Tries which names the file system of `folder` takes for one. */
async function probeRules(folder: string): Promise<FileSystemRules> {
  const probe = join(folder, 'probe');
  await mkdir(probe);
  try {
    await writeFile(join(probe, 'a'), '');
    await writeFile(join(probe, '\u00e9'), '');
    return {
      caseInsensitive: await isThere(join(probe, 'A')),
      normalizing: await isThere(join(probe, 'e\u0301')),
    };
  } finally {
    await rm(probe, { recursive: true, force: true });
  }
}

/** Fails with `archive-invalid` if the file system of `folder` cannot hold all of `paths` side by side. */
export async function checkFits(paths: readonly string[], folder: string): Promise<void> {
  if (findCollision(paths, STRICTEST) === undefined) return;
  const collision = findCollision(paths, await probeRules(folder));
  if (collision === undefined) return;
  const [one, other] = collision;
  throw archiveInvalid({
    reason: 'names-collide',
    member: other,
    problem: `and ${quoteName(one)} are one name on this file system`,
    remedy: 'Keep the store on a file system that tells case and Unicode forms apart.',
  });
}
