import type { ModelCache } from '@modelkeep/core';
import { ModelkeepError } from '@modelkeep/core/spi';
import { expect, it } from 'vitest';
import type { ModelIndex } from '../models/model-index.ts';
import { createMetrics } from '../observe/metrics.ts';
import { metricsAnswer } from './health.ts';

const AWAY = new ModelkeepError('storage-failed', 'no database', { retryable: true });

async function figures(more: () => Promise<[]>): Promise<unknown> {
  const inspection: Partial<ModelCache['inspection']> = {
    totals: async () => ({
      ...{ blobBytes: 5, blobCount: 1, partialBytes: 0, referencedBytes: 5, evicts: false },
    }),
    evictions: () => ({ count: 2, bytes: 3 }),
  };
  const models: Partial<ModelIndex> = { list: async () => [] };
  const cache = { inspection } as ModelCache;
  const { body } = await metricsAnswer(createMetrics(), cache, models as ModelIndex, more);
  return body;
}

it('while the metadata store is away the figures of the server itself are told, and that it is away', async () => {
  const here = await figures(async () => []);
  expect(here).toMatch(/^modelkeep_metadata_up 1$/m);
  expect(here).toMatch(/^modelkeep_blobs 1$/m);
  const away = await figures(() => Promise.reject(AWAY));
  expect(away).toMatch(/^modelkeep_metadata_up 0$/m);
  expect(away).not.toMatch(/modelkeep_blobs/);
  expect(away).toMatch(/^modelkeep_evicted_models_total 2$/m);
  await expect(figures(() => Promise.reject(new TypeError('a fault')))).rejects.toThrow('a fault');
});
