import { INTERRUPTED } from './exit-status.ts';

/** As much of `process` as watching for signals takes. */
export interface SignalTarget {
  on(event: NodeJS.Signals, listener: () => void): unknown;
  exit(status: number): never;
}

/** The reason with which everything is aborted when the user wants to stop. */
class Interrupted extends Error {
  override readonly name = 'AbortError';
}

/** Aborts at the first SIGINT or SIGTERM; exits at once at the second. */
export function watchInterrupts(target: SignalTarget): AbortSignal {
  const controller = new AbortController();
  const onSignal = (): void => {
    if (controller.signal.aborted) target.exit(INTERRUPTED);
    controller.abort(new Interrupted('interrupted'));
  };
  target.on('SIGINT', onSignal);
  target.on('SIGTERM', onSignal);
  return controller.signal;
}
