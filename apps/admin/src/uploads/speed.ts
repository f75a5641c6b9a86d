const WINDOW_MS = 5000;

/** How fast something goes, over the last seconds. */
export interface Speed {
  add(bytes: number): void;
  /** Bytes a second; null until it can be told. */
  value(): number | null;
}

export function createSpeed(now: () => number = () => performance.now()): Speed {
  let samples: readonly { readonly at: number; readonly bytes: number }[] = [];
  return {
    add(bytes) {
      const at = now();
      // What was there before an upload went on counts for nothing.
      if ((samples.at(-1)?.bytes ?? 0) > bytes) samples = [];
      samples = [...samples.filter((sample) => at - sample.at <= WINDOW_MS), { at, bytes }];
    },
    value() {
      const [first, last] = [samples.at(0), samples.at(-1)];
      if (first === undefined || last === undefined || last.at - first.at < 500) return null;
      return ((last.bytes - first.bytes) * 1000) / (last.at - first.at);
    },
  };
}
