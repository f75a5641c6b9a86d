import { readFile } from 'node:fs/promises';
import { STORE_KEY } from './names/store-keys.ts';
import { readText } from './snapshots/manifest.ts';
import { ModelkeepError } from './spi/errors.ts';
import type { Storage } from './spi/storage.ts';

/** Version of what lies in the storage. A later one may not be touched. */
const LAYOUT_VERSION = 1;

/** Reads `store.json`, or makes it in a new store. Fails with `store-incompatible` for a store of a later version. */
export async function checkStoreLayout(storage: Storage): Promise<void> {
  if ((await storage.stat(STORE_KEY)) === undefined) {
    const bytes = new TextEncoder().encode(
      `${JSON.stringify({ product: 'modelkeep', layoutVersion: LAYOUT_VERSION })}\n`,
    );
    await storage.write(
      STORE_KEY,
      (async function* () {
        yield bytes;
      })(),
      { size: bytes.byteLength },
    );
    return;
  }
  await checkVersion(storage);
}

/** Fails with `invalid-argument` where there is no store, and with `store-incompatible` for one of a later version. */
export async function requireStore(storage: Storage): Promise<void> {
  if ((await storage.stat(STORE_KEY)) !== undefined) return checkVersion(storage);
  throw new ModelkeepError(
    'invalid-argument',
    `there is no store of Modelkeep here: ${STORE_KEY} is missing (${storage.name})`,
  );
}

async function checkVersion(storage: Storage): Promise<void> {
  let version: unknown;
  try {
    // A path saves the streams, which take longer to load than the rest of a short command.
    const path = storage.localPath?.(STORE_KEY);
    const text =
      path === undefined ? await readText(storage, STORE_KEY) : await readFile(path, 'utf8');
    version = (JSON.parse(text) as { layoutVersion?: unknown }).layoutVersion;
  } catch (cause) {
    throw new ModelkeepError(
      'store-incompatible',
      `${STORE_KEY} cannot be read: this does not look like a store of Modelkeep`,
      { cause },
    );
  }
  if (version !== LAYOUT_VERSION) {
    throw new ModelkeepError(
      'store-incompatible',
      `this store has layout version ${String(version)}; this Modelkeep knows version ${LAYOUT_VERSION}: use a newer Modelkeep`,
      { details: { found: version, known: [LAYOUT_VERSION] } },
    );
  }
}
