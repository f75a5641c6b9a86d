import type { ModelCache } from '@modelkeep/core';
import { ModelkeepError } from '@modelkeep/core/spi';
import { expect, it } from 'vitest';
import type { ModelIndex } from '../models/model-index.ts';
import { createMetrics } from '../observe/metrics.ts';
import { metricsAnswer } from './health.ts';

const AWAY = new ModelkeepError('storage-failed', 'no database', { retryable: true });

interface Stores {
  readonly index?: () => Promise<never>;
  readonly disk?: () => Promise<never>;
}

async function figures({ index, disk }: Stores): Promise<unknown> {
  const inspection: Partial<ModelCache['inspection']> = {
    totals: async () => {
      await (index ?? disk)?.();
      return { blobBytes: 5, blobCount: 1, partialBytes: 0, referencedBytes: 5, evicts: false };
    },
    evictions: () => ({ count: 2, bytes: 3 }),
  };
  const models: Partial<ModelIndex> = { list: index ?? (async () => []) };
  const { body } = await metricsAnswer({
    metrics: createMetrics(),
    cache: { inspection } as ModelCache,
    models: models as ModelIndex,
    records: { getRecord: index ?? (async () => undefined) },
    samples: index ?? (async () => []),
  });
  return body;
}

it('while the metadata store is away the figures of the server itself are told, and that it is away', async () => {
  const here = await figures({});
  expect(here).toMatch(/^modelkeep_metadata_up 1$/m);
  expect(here).toMatch(/^modelkeep_storage_up 1$/m);
  expect(here).toMatch(/^modelkeep_blobs 1$/m);
  const away = await figures({ index: () => Promise.reject(AWAY) });
  expect(away).toMatch(/^modelkeep_metadata_up 0$/m);
  expect(away).not.toMatch(/modelkeep_(blobs|models|storage_up)/);
  expect(away).toMatch(/^modelkeep_evicted_models_total 2$/m);
  const fault = figures({ index: () => Promise.reject(new TypeError('a fault')) });
  await expect(fault).rejects.toThrow('a fault');
});

it('a disk that cannot be asked is no metadata store that is away', async () => {
  const text = await figures({
    disk: () => Promise.reject(new ModelkeepError('storage-failed', 'no such folder')),
  });
  expect(text).toMatch(/^modelkeep_metadata_up 1$/m);
  expect(text).toMatch(/^modelkeep_storage_up 0$/m);
  expect(text).toMatch(/^modelkeep_models 0$/m);
  expect(text).not.toMatch(/modelkeep_blobs/);
});
