import { safeListener } from './event-sender.ts';

/** Those who want to hear of something. */
export interface Listeners<Told> {
  tell(told: Told): void;
  /** Returns how to stop listening. */
  listen(listener: (told: Told) => void): () => void;
}

export function createListeners<Told>(): Listeners<Told> {
  const listeners = new Set<(told: Told) => void>();
  return {
    tell(told) {
      for (const listener of listeners) safeListener(listener)(told);
    },
    listen(listener) {
      listeners.add(listener);
      return () => void listeners.delete(listener);
    },
  };
}
