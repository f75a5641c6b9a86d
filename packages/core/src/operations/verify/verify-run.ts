import type { CacheEventListener } from '../../api/events.ts';
import type { User } from '../../api/options.ts';
import type { VerifyProblem } from '../../api/results.ts';
import type { CoreContext } from '../../context.ts';
import type { Digest, Snapshot, SnapshotFile } from '../../spi/model.ts';
import type { Progress } from '../../util/progress.ts';

/** Who stores and removes one model or content that often while it is looked at is no part of this. */
export const LOOKS = 3;

/** What the parts of one verification share. */
export interface VerifyRun {
  readonly ctx: CoreContext;
  /** Read content; otherwise compare sizes and receipts. */
  readonly full: boolean;
  readonly user: User;
  readonly signal: AbortSignal | undefined;
  readonly onEvent: CacheEventListener;
  readonly progress: Progress;
  readonly problems: VerifyProblem[];
  readonly warnings: string[];
}

/** One file of one snapshot that has a content. */
export interface Place {
  readonly snapshot: Snapshot;
  readonly file: SnapshotFile;
}

/** What is wrong with a content. */
export interface Finding {
  readonly kind: Extract<
    VerifyProblem['kind'],
    'blob-missing' | 'blob-damaged' | 'blob-unknown' | 'receipt-changed'
  >;
  readonly expected?: string;
  readonly found?: string;
}

/** A content with something wrong, and where it is used: empty for a blob that nothing refers to. */
export interface BadBlob {
  readonly digest: Digest;
  readonly size: number;
  readonly finding: Finding;
  readonly places: Place[];
}

/** Of a server that lays nothing out there is one for each model: a report of all of them would be large, and is kept. */
const MOST_WARNINGS = 100;

export function warn(run: Pick<VerifyRun, 'warnings' | 'onEvent'>, message: string): void {
  if (run.warnings.push(message) > MOST_WARNINGS) run.warnings.shift();
  run.onEvent({ type: 'warning', message });
}
