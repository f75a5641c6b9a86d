import { library } from '@modelkeep/tsup-config';

export default library({
  entry: {
    index: 'src/index.ts',
    'spi/index': 'src/spi/index.ts',
    'hash-worker': 'src/hashing/hash-worker.ts',
  },
});
