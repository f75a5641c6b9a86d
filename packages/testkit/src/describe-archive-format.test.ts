import { describeArchiveFormat } from './describe-archive-format.ts';
import { memoryArchive } from './memory/memory-archive.ts';

describeArchiveFormat('memory', { create: memoryArchive });
