import { unitTests } from '@modelkeep/vitest-config';

export default unitTests(import.meta.dirname);
