import { join } from 'node:path';
import { ROOT } from '../support/packed-packages.ts';

/** What a cluster is made from. */
export const DEPLOY: string = join(ROOT, 'deploy');
