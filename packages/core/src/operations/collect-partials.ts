import { rm } from 'node:fs/promises';
import { join } from 'node:path';
import type { CoreContext } from '../context.ts';
import { FLIGHT_PREFIX } from '../fetch/claims.ts';
import { ifAlone, KEEPING_PREFIX } from '../leases/alone.ts';
import { INGEST_PREFIX } from '../leases/ingest.ts';
import { ingestIdOfFolder, partialFolder } from '../staging/partial-folder.ts';
import { folderBytes } from '../util/folder-bytes.ts';
import { listFolder } from '../util/list-folder.ts';

const FLIGHT_FILE = /^((?:sha256|git)-[^.]+)/;

async function held(ctx: CoreContext, prefix: string): Promise<ReadonlySet<string>> {
  const leases = await ctx.metadata.listLeases(prefix);
  return new Set(leases.map(({ key }) => key.slice(prefix.length)));
}

/**
 * Partial files and staging folders whose flight is over. A partial file that a later pull could resume counts as garbage
 * only when nobody holds its lease.
 */
export async function collectPartials(
  ctx: CoreContext,
  dryRun: boolean,
): Promise<{ readonly count: number; readonly bytes: number }> {
  const folder = partialFolder(ctx.workspace);
  const found = { count: 0, bytes: 0 };
  // The order matters: what is there before the leases are looked at has its lease by then, if anybody works on it.
  const names = await listFolder(folder);
  const flights = await held(ctx, FLIGHT_PREFIX);
  const ingests = await held(ctx, INGEST_PREFIX);
  const layingOut = (await held(ctx, KEEPING_PREFIX)).size > 0;

  async function collect(name: string): Promise<void> {
    const path = join(folder, name);
    found.count += 1;
    found.bytes += await folderBytes(path);
    if (!dryRun) await rm(path, { recursive: true, force: true });
  }

  for (const name of names) {
    const flight = FLIGHT_FILE.exec(name)?.[1];
    const ingest = ingestIdOfFolder(name);
    if (flight !== undefined) {
      // Under the lease, as a new flight may go on with it at any moment.
      if (!flights.has(flight)) await ifAlone(ctx, FLIGHT_PREFIX + flight, () => collect(name));
    } else if (ingest === undefined ? !(layingOut && isCheckout(name)) : !ingests.has(ingest)) {
      await collect(name);
    }
  }
  return found;
}

/** Its name does not tell whose it is. */
function isCheckout(name: string): boolean {
  return name.startsWith('checkout-');
}
