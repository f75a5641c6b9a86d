import { describeStorage } from '@modelkeep/testkit';
import { tempFolder } from '@modelkeep/testkit/memory';
import { sqliteStorage } from './sqlite-storage.ts';

describeStorage('SQLite file', {
  timeoutMs: 300_000,
  async create() {
    const folder = await tempFolder();
    const file = folder.join('objects.db');
    return {
      storage: sqliteStorage(file),
      reopen: () => sqliteStorage(file),
      destroy: () => folder.remove(),
    };
  },
});
