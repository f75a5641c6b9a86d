import { rm, stat, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { CoreContext } from '../context.ts';
import { isModelkeepError } from '../spi/errors.ts';

const RESERVE_BYTES = 512 * 1024;

/** Given up when a full volume leaves no room for the index to note a removal. */
function reservePath(ctx: CoreContext): string {
  return join(ctx.workspace, 'reserve');
}

/** Sets the room aside, if it is not yet. On a volume that cannot give it, there is none. */
export async function setRoomAside(ctx: CoreContext): Promise<void> {
  const path = reservePath(ctx);
  if ((await stat(path).catch(() => undefined))?.size === RESERVE_BYTES) return;
  try {
    await writeFile(path, Buffer.alloc(RESERVE_BYTES, 'room set aside '));
  } catch {
    await rm(path, { force: true });
  }
}

/** Does work that frees room, also on a volume that is full: then the room set aside is given up for it. */
export async function withRoomToRemove<Result>(
  ctx: CoreContext,
  work: () => Promise<Result>,
): Promise<Result> {
  try {
    return await work();
  } catch (error) {
    if (!isModelkeepError(error, 'no-space')) throw error;
    await rm(reservePath(ctx), { force: true });
    return await work();
  }
}
