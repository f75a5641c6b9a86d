import { openModelCache } from 'modelkeep';

await using cache = await openModelCache();
const folder = await cache.downloadModelToCache('sentence-transformers/all-MiniLM-L6-v2');

console.log(folder);
