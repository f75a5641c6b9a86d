import { library, program } from '@modelkeep/tsup-config';

export default [
  library({ clean: false }),
  program({ core: 'src/process-host.ts', entry: { main: 'src/main.ts' } }),
  // Started by its URL, beside the code that starts it; by itself, so that it shares no file with the others.
  program({
    core: 'src/process-host.ts',
    entry: { 'hash-worker': '../../packages/core/src/hashing/hash-worker.ts' },
    clean: false,
    esbuildPlugins: [],
  }),
];
