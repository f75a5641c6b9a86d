import { describeArchiveFormat } from '../describe-archive-format.ts';
import { BROKEN_ARCHIVES } from './broken-archives.ts';

for (const { name, create } of BROKEN_ARCHIVES) {
  describeArchiveFormat(name, { create, timeoutMs: 4_000 });
}
