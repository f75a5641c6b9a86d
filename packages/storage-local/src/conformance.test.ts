import { readdir } from 'node:fs/promises';
import { describeStorage } from '@modelkeep/testkit';
import { tempFolder } from '@modelkeep/testkit/memory';
import { localStorage } from './index.ts';

describeStorage('local disk', {
  async create() {
    const folder = await tempFolder();
    const directory = folder.join('store');
    return {
      storage: localStorage({ directory }),
      reopen: () => localStorage({ directory }),
      leftovers: () => readdir(folder.join('store', 'tmp')).catch(() => []),
      destroy: () => folder.remove(),
    };
  },
});
