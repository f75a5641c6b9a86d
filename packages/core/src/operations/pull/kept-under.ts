import { type ModelRef, modelRef } from '../../names/model-name.ts';
import type { ResolvedModel } from '../../spi/model-source.ts';

/**
 * The Hub redirects another spelling to the true name: it is the same model, and kept once.
 * A renamed model keeps the name under which it was asked for, as clients ask for it by that name again.
 */
export function keptUnder(ref: ModelRef, resolved: ResolvedModel): ModelRef {
  const sameButCase = ref.modelId.toLowerCase() === resolved.modelId.toLowerCase();
  return sameButCase ? modelRef(resolved.modelId, ref.revision) : ref;
}
