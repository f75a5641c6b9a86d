import type { CopyProblem, StoreBackends } from '../../api/copying.ts';
import type { CoreContext } from '../../context.ts';
import type { Progress } from '../../util/progress.ts';

/** Both ends of a copy. */
export interface CopyPlace {
  /** The store that is copied from; it is only read. */
  readonly from: StoreBackends;
  /** The store that is copied into. */
  readonly ctx: CoreContext;
  readonly dryRun: boolean;
  readonly signal: AbortSignal | undefined;
}

interface Tally {
  count: number;
  bytes: number;
}

/** What the parts of one copy share. */
export interface CopyRun extends CopyPlace {
  readonly progress: Progress;
  readonly copied: Tally;
  readonly linked: Tally;
  readonly newer: string[];
  readonly problems: CopyProblem[];
}

export function add(tally: Tally, bytes: number): void {
  tally.count += 1;
  tally.bytes += bytes;
}
