import { createModelCache } from '@modelkeep/core';
import { hubSource } from '@modelkeep/source-hub';
import { folderStore, sharedStore } from './stores.ts';

await using cache = await createModelCache({
  ...(process.env.BUCKET === undefined ? folderStore() : sharedStore()),
  sources: [hubSource({ accessToken: process.env.HF_TOKEN })],
});
const folder = await cache.downloadModelToCache('sentence-transformers/all-MiniLM-L6-v2');

console.log(folder);
