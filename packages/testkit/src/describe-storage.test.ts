import { describeStorage } from './describe-storage.ts';
import { type MemoryObject, memoryStorage } from './memory/memory-storage.ts';
import { tempFolder } from './tools/temp-folder.ts';

describeStorage('memory', {
  async create() {
    const folder = await tempFolder();
    const objects = new Map<string, MemoryObject>();
    const options = { objects, workspace: folder.path, presign: true, totalBytes: 2 ** 30 };
    return {
      storage: memoryStorage(options),
      reopen: () => memoryStorage(options),
      destroy: () => folder.remove(),
    };
  },
});

describeStorage('memory with nothing optional', {
  create: async () => ({
    storage: memoryStorage({ conditionalWrite: false }),
    destroy: async () => undefined,
  }),
});
