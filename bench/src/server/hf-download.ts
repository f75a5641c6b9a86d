import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import { freshFolder } from '../fresh-folder.ts';
import type { Stage } from '../row.ts';
import { hf } from '../rows/clients.ts';
import { runCommand } from '../run-command.ts';
import { warmMemory } from '../warm-memory.ts';

/** What a client and a server that store the file both put into the page cache. */
const MEMORY_BYTES = 2.5 * 1024 ** 3;

/** Seconds of a whole `hf download` of 1 GiB into an empty cache. */
export async function hfDownload(stage: Stage, endpoint: string): Promise<number> {
  const scratch = join(stage.folder, 'scratch');
  await mkdir(join(scratch, 'home'), { recursive: true });
  const home = await freshFolder(join(stage.folder, 'hf'));
  warmMemory(MEMORY_BYTES);
  const { seconds } = await runCommand(hf(stage, home, endpoint, 'download', 'bench/one'), scratch);
  await freshFolder(home);
  return seconds;
}
