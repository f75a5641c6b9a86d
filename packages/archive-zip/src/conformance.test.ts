import { describeArchiveFormat } from '@modelkeep/testkit';
import { zipArchives } from './zip-archives.ts';

describeArchiveFormat('zip, stored', { create: zipArchives });
describeArchiveFormat('zip, deflated', { create: () => zipArchives({ method: 'deflate' }) });
