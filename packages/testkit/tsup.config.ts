import { library } from '@modelkeep/tsup-config';

export default library({ entry: { index: 'src/index.ts', memory: 'src/memory.ts' } });
