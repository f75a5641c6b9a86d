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

export function warn(run: VerifyRun, message: string): void {
  run.warnings.push(message);
  run.onEvent({ type: 'warning', message });
}
