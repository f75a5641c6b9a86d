import type { ModelFacts, PackOptions } from './api/options.ts';
import type { PackedFolder } from './api/results.ts';

/**
 * An archive of a folder with a model's files alone, a clone say, with metadata from `facts` and the clone's commit. What an
 * import would refuse is refused (`archive-invalid`), and what it would leave out is left out. No cache is needed.
 */
export async function packFolder(
  folder: string,
  facts: ModelFacts,
  options: PackOptions,
): Promise<PackedFolder> {
  // Most processes never pack anything.
  const pack = await import('./operations/export/pack-folder.ts');
  return pack.packFolder(folder, facts, options);
}
