import { describeModelSource } from '../describe-model-source.ts';
import { BROKEN_SOURCES } from './broken-sources.ts';

for (const { name, create } of BROKEN_SOURCES)
  describeModelSource(name, { create, timeoutMs: 4_000 });
