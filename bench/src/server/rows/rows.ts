import type { ServerRow } from '../promise.ts';
import { adminPage } from './admin-page.ts';
import { coldReads } from './cold-reads.ts';
import { hfDownloads } from './hf-downloads.ts';
import { manyFiles } from './many-files.ts';
import { memory } from './memory.ts';
import { olah } from './olah.ts';
import { requests } from './requests.ts';
import { together } from './together.ts';
import { warmGet } from './warm-get.ts';

export const serverRows: readonly ServerRow[] = [
  warmGet,
  ...hfDownloads,
  coldReads,
  together,
  requests,
  manyFiles,
  memory,
  olah,
  adminPage,
];
