import { createHash } from 'node:crypto';
import type { MetadataStore } from '@modelkeep/core/spi';

/** As many as a pool has connections. */
const AT_ONCE = 10;

function hex(text: string, length: number): string {
  return createHash('sha256').update(text).digest('hex').slice(0, length);
}

/** Fills a store's index with made-up models of three files each; no blob of theirs is stored. Opens and closes it. */
export async function fillIndex(metadata: MetadataStore, count: number): Promise<void> {
  await metadata.open();
  for (let from = 0; from < count; from += AT_ONCE) {
    const indexes = Array.from({ length: Math.min(AT_ONCE, count - from) }, (_, at) => from + at);
    await Promise.all(indexes.map((index) => addModel(metadata, index)));
  }
  await metadata.close();
}

async function addModel(metadata: MetadataStore, index: number): Promise<void> {
  const modelId = `org-${index % 97}/model-${index}`;
  const commit = hex(modelId, 40);
  const files = ['config.json', 'model.safetensors', 'tokenizer.json'].map((path) => ({
    path,
    size: 1000 + index,
    digest: hex(`${modelId}/${path}`, 64),
    lfs: true,
  }));
  const now = Date.UTC(2026, 0, 1) + index * 1000;
  await metadata.putBlobs(
    files.map(({ digest, size }) => ({ digest, size, receipt: 'bench', verifiedAt: now })),
  );
  await metadata.commit({
    snapshot: { modelId, commit, derived: false, files, omitted: [], createdAt: now },
    entry: {
      key: `hf@${modelId}`,
      modelId,
      revision: 'main',
      commit,
      metadata: {
        modelDefinition: { key: `hf@${modelId}` },
        url: `https://huggingface.co/${encodeURIComponent(modelId)}/tree/main`,
        version: 0,
        commitHash: commit,
        tags: ['transformers', 'safetensors', 'en', 'license:apache-2.0'],
        taggedLanguages: ['en'],
      },
      downloadedBy: 'bench',
      downloadDate: now,
      pinned: false,
    },
  });
}
