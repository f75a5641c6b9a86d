import { describeMetadataStore } from '@modelkeep/testkit';
import { tempFolder } from '@modelkeep/testkit/memory';
import { sqliteMetadata } from './index.ts';

describeMetadataStore('SQLite', {
  async create() {
    const folder = await tempFolder();
    const file = folder.join('index.db');
    return {
      store: sqliteMetadata({ file }),
      reopen: () => sqliteMetadata({ file }),
      destroy: () => folder.remove(),
    };
  },
});
