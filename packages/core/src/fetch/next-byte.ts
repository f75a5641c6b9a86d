import { ModelkeepError } from '../spi/errors.ts';

/** Well below the ten seconds after which clients give up by themselves and know no reason. */
const PATIENCE_MS = 6_000;

/** The wait of a reader for its next byte from a source that fails. */
export interface NextByteWait {
  /** Aborted, with `source-unavailable` and the source's reason, when the wait is too long. */
  readonly signal: AbortSignal;
  /** The source failed, and is asked again. */
  failed(reason: string): void;
  /** A byte is there, or nobody waits any more. */
  over(): void;
  /** The reader waits for the byte after it. */
  again(): void;
}

/** Begins to wait. A source that is merely slow is waited for; one that failed may go on trying without this reader. */
export function awaitNextByte(): NextByteWait {
  const patience = new AbortController();
  let isLate = false;
  let reason: string | undefined;
  let timer: NodeJS.Timeout | undefined;
  const giveUp = (): void => {
    if (!isLate || reason === undefined) return;
    patience.abort(new ModelkeepError('source-unavailable', reason, { retryable: true }));
  };
  const over = (): void => {
    clearTimeout(timer);
    isLate = false;
    reason = undefined;
  };
  const again = (): void => {
    over();
    timer = setTimeout(() => {
      isLate = true;
      giveUp();
    }, PATIENCE_MS);
  };
  again();
  return {
    signal: patience.signal,
    failed(why) {
      reason = why;
      giveUp();
    },
    over,
    again,
  };
}
