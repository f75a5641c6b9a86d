import { BINDINGS, bindingId } from '../../serving/binding.ts';
import { RESTRICTED } from '../../serving/check-may-read.ts';
import type { Snapshot } from '../../spi/model.ts';
import type { CopyPlace } from './copy-run.ts';

/** A commit that came into the other store after its records were copied has who may read it with it, before it is seen. */
export async function copyGuards(
  { from, ctx }: CopyPlace,
  { modelId, commit }: Snapshot,
): Promise<void> {
  const id = bindingId(modelId, commit);
  for (const collection of [RESTRICTED, BINDINGS]) {
    const theirs = await from.metadata.getRecord(collection, id);
    if (theirs !== undefined)
      await ctx.metadata.putRecord(collection, id, theirs.value, { ifAbsent: true });
  }
}
