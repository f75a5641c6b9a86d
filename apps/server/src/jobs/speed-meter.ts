const WINDOW_MS = 8000;
const LEAST_MS = 400;

interface Sample {
  readonly at: number;
  readonly bytes: number;
}

/** How fast something goes: over the last few seconds, so that it neither jumps nor tells of what is long over. */
export class SpeedMeter {
  readonly #samples: Sample[] = [];
  readonly #now: () => number;

  constructor(now: () => number = () => performance.now()) {
    this.#now = now;
  }

  /** `bytes` are done by now. */
  note(bytes: number): void {
    const at = this.#now();
    const last = this.#samples.at(-1);
    // A file that began anew.
    if (last !== undefined && bytes < last.bytes) this.#samples.length = 0;
    this.#samples.push({ at, bytes });
    while ((this.#samples[1]?.at ?? at) < at - WINDOW_MS) this.#samples.shift();
  }

  /** Undefined until there is something to tell. */
  get bytesPerSecond(): number | undefined {
    const [first] = this.#samples;
    const last = this.#samples.at(-1);
    if (first === undefined || last === undefined) return undefined;
    // Where nothing comes any more, it becomes slower as time goes by.
    const elapsed = this.#now() - first.at;
    return elapsed < LEAST_MS ? undefined : ((last.bytes - first.bytes) * 1000) / elapsed;
  }
}
