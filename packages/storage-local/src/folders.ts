import { chmod, mkdir, open } from 'node:fs/promises';
import { dirname } from 'node:path';
import { errnoOf } from './file-errors.ts';

const FOLDER_MODE = 0o755;
const KNOWN_FOLDERS = 4096;
/** What lies above may be removed again meanwhile; where nothing can be made (/proc), ENOENT never ends. */
const TRIES = 3;

interface Sync {
  running: Promise<void>;
  /** Begins when `running` ends: what is published now is not in `running` for sure. */
  next: Promise<void> | undefined;
}

/** Makes folders, and makes durable what is published in them. Many who publish in one folder share one sync of it. */
export class Folders {
  readonly #root: string;
  readonly #known = new Map<string, Promise<void>>();
  readonly #syncs = new Map<string, Sync>();

  /** `root`: above it nothing is synced but what was made. */
  constructor(root: string) {
    this.#root = root;
  }

  /** Makes `folder` and those above it, durably. */
  ensure(folder: string): Promise<void> {
    const known = this.#known.get(folder);
    if (known !== undefined) return known;
    if (this.#known.size >= KNOWN_FOLDERS) this.#known.clear();
    const made = this.#make(folder);
    this.#known.set(folder, made);
    made.catch(() => this.#known.delete(folder));
    return made;
  }

  /** To be called when a folder that was there is gone. */
  forget(): void {
    this.#known.clear();
  }

  async #make(folder: string, tries = TRIES): Promise<void> {
    const parent = dirname(folder);
    try {
      await mkdir(folder, FOLDER_MODE);
      await chmod(folder, FOLDER_MODE);
    } catch (error) {
      const errno = errnoOf(error);
      if (errno === 'ENOENT' && parent !== folder && tries > 1) {
        await this.ensure(parent);
        await this.#make(folder, tries - 1);
        return;
      }
      if (errno !== 'EEXIST') throw error;
      if (folder === this.#root || !folder.startsWith(this.#root)) return;
      // Another process may have made it, and not synced it yet.
      await this.ensure(parent);
    }
    await this.sync(parent);
  }

  /** Makes every name that was in `folder` before the call durable. */
  sync(folder: string): Promise<void> {
    const current = this.#syncs.get(folder);
    if (current === undefined) {
      const sync: Sync = { running: syncFolder(folder), next: undefined };
      this.#syncs.set(folder, sync);
      this.#follow(folder, sync);
      return sync.running;
    }
    current.next ??= current.running.then(
      () => syncFolder(folder),
      () => syncFolder(folder),
    );
    return current.next;
  }

  #follow(folder: string, sync: Sync): void {
    const goOn = (): void => {
      if (sync.next === undefined) {
        this.#syncs.delete(folder);
        return;
      }
      sync.running = sync.next;
      sync.next = undefined;
      this.#follow(folder, sync);
    };
    sync.running.then(goOn, goOn);
  }
}

async function syncFolder(folder: string): Promise<void> {
  // Windows cannot sync a folder, and need not.
  if (process.platform === 'win32') return;
  const handle = await open(folder, 'r');
  try {
    await handle.sync();
  } finally {
    await handle.close();
  }
}
