import { describeStorage } from '../describe-storage.ts';
import { BROKEN_STORAGES } from './broken-storages.ts';

for (const { name, create } of BROKEN_STORAGES) describeStorage(name, { create, timeoutMs: 4_000 });
