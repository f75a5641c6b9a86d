import { describeModelSource } from './describe-model-source.ts';
import { memoryModel } from './memory/memory-model.ts';
import { memorySource } from './memory/memory-source.ts';
import { memorySubject } from './source/memory-subject.ts';

describeModelSource('memory', { create: memorySubject });

describeModelSource('memory with nothing optional', {
  async create() {
    const content = Buffer.alloc(300_000, 'x');
    const model = memoryModel('name', { file: content }, { revision: 'trunk' });
    const source = memorySource({
      models: [model],
      listRevisions: false,
      faults: { open: () => ({ ignoreRange: true }) },
    });
    const files = [{ path: 'file', content, lfs: false }];
    const commit = model.revisions['trunk'] ?? '';
    return {
      source,
      model: { modelId: 'name', revision: 'trunk', commit, files },
      destroy: async () => undefined,
    };
  },
});
