import { library } from '@modelkeep/tsup-config';

export default library({
  entry: {
    index: 'src/index.ts',
    memory: 'src/memory.ts',
    'fake-hub/index': 'src/fake-hub/index.ts',
    'git-lfs-server/index': 'src/git-lfs-server/index.ts',
    'hostile-archives/index': 'src/hostile-archives/index.ts',
    'fake-hub/main': 'src/fake-hub/main.ts',
  },
});
