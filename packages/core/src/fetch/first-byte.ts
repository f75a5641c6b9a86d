import { ModelkeepError } from '../spi/errors.ts';

/** Well below the ten seconds after which clients give up by themselves and know no reason. */
const PATIENCE_MS = 5_000;

/** The wait of a reader for its first byte from a source that fails. */
export interface FirstByteWait {
  /** Aborted, with `source-unavailable` and the source's reason, when the wait is too long. */
  readonly signal: AbortSignal;
  /** The source failed, and is asked again. */
  failed(reason: string): void;
  /** The first byte is there, or nobody waits any more. */
  over(): void;
}

/** Begins to wait. A source that is merely slow is waited for; one that failed may go on trying without this reader. */
export function awaitFirstByte(): FirstByteWait {
  const patience = new AbortController();
  let isLate = false;
  let reason: string | undefined;
  const giveUp = (): void => {
    if (!isLate || reason === undefined) return;
    patience.abort(new ModelkeepError('source-unavailable', reason, { retryable: true }));
  };
  const timer = setTimeout(() => {
    isLate = true;
    giveUp();
  }, PATIENCE_MS);
  return {
    signal: patience.signal,
    failed(why) {
      reason = why;
      giveUp();
    },
    over() {
      clearTimeout(timer);
      isLate = false;
    },
  };
}
