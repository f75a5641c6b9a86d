import { stat } from 'node:fs/promises';
import { join } from 'node:path';
import type { ModelFacts } from '../../api/options.ts';
import { MODEL_FOLDER } from '../../archives/archive-layout.ts';
import { METADATA_FILE } from '../../model-metadata/metadata-schema.ts';
import { taggedLanguages } from '../../model-metadata/tagged-languages.ts';
import { parseModelName } from '../../names/model-name.ts';
import { ModelkeepError } from '../../spi/errors.ts';
import type { ModelMetadata } from '../../spi/model.ts';
import { type FolderEntry, folderEntries } from './folder-entries.ts';

/** The metadata of a model of which no source was asked. Who took it in, and when, is not of the model's own. */
async function metadataOfFacts(facts: ModelFacts): Promise<ModelMetadata> {
  const { modelId, revision, key } = parseModelName(facts.name);
  const page = `https://huggingface.co/${encodeURIComponent(modelId)}/tree/${revision}`;
  const { tags = [] } = facts;
  return {
    commitHash: null,
    downloadDate: null,
    downloadedBy: null,
    lastDssUsage: null,
    lastModified: null,
    lastUsedBy: null,
    libraryName: facts.libraryName ?? null,
    modelDefinition: { key },
    pipelineName: facts.pipelineName ?? null,
    taggedLanguages: await taggedLanguages(tags),
    tags: [...tags],
    url: facts.url ?? page,
    version: 0,
  };
}

async function isThere(path: string): Promise<boolean> {
  return stat(path).then(
    () => true,
    () => false,
  );
}

async function refuseMetadata(folder: string): Promise<void> {
  if (!(await isThere(join(folder, METADATA_FILE)))) return;
  throw new ModelkeepError(
    'invalid-argument',
    `${folder} has a ${METADATA_FILE}, which says what it is: import it without a model's name`,
  );
}

/** The members of an archive that is made of a folder with a model's files alone. The folder is only read. */
export async function* bareModelEntries(
  folder: string,
  facts: ModelFacts,
): AsyncGenerator<FolderEntry> {
  await refuseMetadata(folder);
  const text = new TextEncoder().encode(JSON.stringify(await metadataOfFacts(facts)));
  yield {
    path: METADATA_FILE,
    kind: 'file',
    size: text.byteLength,
    body: (async function* () {
      yield text;
    })(),
  };
  for await (const entry of folderEntries(folder)) {
    yield { ...entry, path: `${MODEL_FOLDER}/${entry.path}` };
  }
}
