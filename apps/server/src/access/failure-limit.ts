const WINDOW_MS = 60_000;
const MOST_ADDRESSES = 10_000;

/** Counts failed sign-ins by address. */
export interface FailureLimit {
  /** How long the address has to wait; 0 if it may try. */
  waitMs(address: string): number;
  failed(address: string): void;
}

interface Window {
  startedAt: number;
  failures: number;
}

/** Allows `most` failures a minute from one address. */
export function createFailureLimit(most: number, now: () => number = Date.now): FailureLimit {
  const windows = new Map<string, Window>();
  const current = (address: string): Window | undefined => {
    const window = windows.get(address);
    if (window === undefined || now() - window.startedAt < WINDOW_MS) return window;
    windows.delete(address);
    return undefined;
  };
  return {
    waitMs(address) {
      const window = current(address);
      if (window === undefined || window.failures < most) return 0;
      return window.startedAt + WINDOW_MS - now();
    },
    failed(address) {
      const window = current(address);
      if (window !== undefined) {
        window.failures++;
        return;
      }
      if (windows.size >= MOST_ADDRESSES) {
        const [oldest] = windows.keys();
        if (oldest !== undefined) windows.delete(oldest);
      }
      windows.set(address, { startedAt: now(), failures: 1 });
    },
  };
}
