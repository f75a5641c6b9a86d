const WINDOW_MS = 5000;

interface Sample {
  readonly time: number;
  readonly bytes: number;
}

/** Bytes a second over the last seconds. */
export interface Meter {
  add(bytes: number, time: number): void;
  /** Undefined until there is enough to go by. */
  bytesPerSecond(): number | undefined;
}

export function createMeter(): Meter {
  let samples: Sample[] = [];
  return {
    add(bytes, time) {
      samples.push({ time, bytes });
      const oldest = samples.findIndex((sample) => sample.time >= time - WINDOW_MS);
      if (oldest > 0) samples = samples.slice(oldest);
    },
    bytesPerSecond() {
      const first = samples[0];
      const last = samples.at(-1);
      if (first === undefined || last === undefined || last.time <= first.time) return undefined;
      return Math.max(0, ((last.bytes - first.bytes) * 1000) / (last.time - first.time));
    },
  };
}
