import { library, program } from '@modelkeep/tsup-config';

export default [
  library({ clean: false }),
  program({
    entry: {
      main: 'src/main.ts',
      // Started by its URL, beside the code that starts it.
      'hash-worker': '../../packages/core/src/hashing/hash-worker.ts',
    },
  }),
];
