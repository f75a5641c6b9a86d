import { describeMetadataStore } from '../describe-metadata-store.ts';
import { BROKEN_METADATA } from './broken-metadata.ts';

for (const { name, create } of BROKEN_METADATA) {
  describeMetadataStore(name, { create, many: 1_500, timeoutMs: 4_000 });
}
