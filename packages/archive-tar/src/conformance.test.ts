import { describeArchiveFormat } from '@modelkeep/testkit';
import { tarArchives } from './tar-archives.ts';

describeArchiveFormat('tar', { create: tarArchives });
