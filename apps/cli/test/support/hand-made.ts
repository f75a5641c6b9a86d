import { mkdir, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import type { ModelFiles } from './model-files.ts';

/** A model as a person packs it by hand: a folder with the files and the few fields that are required. */
export async function handMade(
  folder: string,
  id: string,
  commitHash: string,
  files: ModelFiles,
): Promise<string> {
  for (const [path, content] of Object.entries(files)) {
    await mkdir(dirname(join(folder, 'model', path)), { recursive: true });
    await writeFile(join(folder, 'model', path), content);
  }
  const metadata = {
    modelDefinition: { key: `hf@${id}` },
    url: `https://huggingface.co/${encodeURIComponent(id)}/tree/main`,
    version: 0,
    commitHash,
  };
  await writeFile(join(folder, 'model_metadata.json'), JSON.stringify(metadata));
  return folder;
}
