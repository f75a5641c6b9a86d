import { createModelCache } from '@modelkeep/core';
import { sqliteMetadata } from '@modelkeep/metadata-sqlite';
import { hubSource } from '@modelkeep/source-hub';
import { localStorage } from '@modelkeep/storage-local';

await using cache = await createModelCache({
  storage: localStorage({ directory: './models' }),
  metadata: sqliteMetadata({ file: './models/index.db' }),
  sources: [hubSource({ accessToken: process.env.HF_TOKEN })],
});
const folder = await cache.downloadModelToCache('sentence-transformers/all-MiniLM-L6-v2');

console.log(folder);
