import type { Row } from '../row.ts';
import { adoption } from './adoption.ts';
import { archives } from './archives.ts';
import { git } from './git.ts';
import { listing } from './listing.ts';
import { present } from './present.ts';
import { pulls } from './pulls.ts';
import { zips } from './zips.ts';

export const rows: readonly Row[] = [...pulls, present, archives, zips, adoption, listing, ...git];
