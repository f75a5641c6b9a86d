import { markdownTable } from '../markdown-table.ts';

const MODELS = 100_000;
const TOTAL_GB = 10_000_000;
const NODES = 1_000;
const LOADS = 600_000;
const SEEDS = [1, 2, 3, 4, 5, 6];
const WARM_UP = LOADS / 2;
/** How much more often the n-th model is asked for than the next ones: `1 / n ** SKEW`. */
const SKEW = 1;
/** Of the logarithm of a model's size. */
const SPREAD = 1.2;
/** The largest model, in means. */
const LARGEST = 10;

/** Random numbers that are the same each time (mulberry32). */
function randomNumbers(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
}

/** Sizes of models, a few large ones and many small ones, of `TOTAL_GB` in all. */
function sizes(random: () => number): Float64Array {
  const normal = (): number =>
    Math.sqrt(-2 * Math.log(random() || 1e-9)) * Math.cos(2 * Math.PI * random());
  const found = Float64Array.from({ length: MODELS }, () => {
    const mean = Math.exp(SPREAD ** 2 / 2);
    return Math.min(Math.exp(SPREAD * normal()), LARGEST * mean);
  });
  const scale = TOTAL_GB / found.reduce((sum, size) => sum + size, 0);
  return found.map((size) => size * scale);
}

/** Draws models by how often they are asked for. */
function popularity(random: () => number): () => number {
  const sums = new Float64Array(MODELS);
  let sum = 0;
  for (let rank = 0; rank < MODELS; rank += 1) {
    sum += 1 / (rank + 1) ** SKEW;
    sums[rank] = sum;
  }
  return () => {
    const wanted = random() * sum;
    let [low, high] = [0, MODELS - 1];
    while (low < high) {
      const middle = (low + high) >> 1;
      if ((sums[middle] ?? 0) < wanted) low = middle + 1;
      else high = middle;
    }
    return low;
  };
}

/** What is on one node's disk: what was not used for longest goes. */
class Tier {
  readonly #models = new Map<number, number>();
  readonly #most: number;
  #used = 0;

  constructor(most: number) {
    this.#most = most;
  }

  /** Whether the model is here; it is afterwards, if it fits. */
  use(model: number, size: number): boolean {
    const isHere = this.#models.delete(model);
    if (!isHere) {
      if (size > this.#most) return false;
      for (const [oldest, itsSize] of this.#models) {
        if (this.#used + size <= this.#most) break;
        this.#models.delete(oldest);
        this.#used -= itsSize;
      }
      this.#used += size;
    }
    this.#models.set(model, size);
    return isHere;
  }
}

type Routing = 'any node' | 'one of 4 by model';

/** The share of the bytes that come from the nodes' disks. */
function hitShare(seed: number, tierGb: number, routing: Routing): number {
  const random = randomNumbers(seed);
  const sizeOf = sizes(random);
  const draw = popularity(random);
  const tiers = Array.from({ length: NODES }, () => new Tier(tierGb));
  let [hits, all] = [0, 0];
  for (let load = 0; load < LOADS; load += 1) {
    const model = draw();
    const node =
      routing === 'any node'
        ? Math.floor(random() * NODES)
        : (Math.imul(model + 1, 2_654_435_761) + Math.floor(random() * 4) * 40_503) >>> 0;
    const size = sizeOf[model] ?? 0;
    const isHit = tiers[node % NODES]?.use(model, size) ?? false;
    if (load < WARM_UP) continue;
    all += size;
    if (isHit) hits += size;
  }
  return hits / all;
}

/** The mean over several fleets: much hangs on how large the few models are that are asked for most. */
function meanShare(tierGb: number, routing: Routing): string {
  const shares = SEEDS.map((seed) => hitShare(seed, tierGb, routing));
  const mean = shares.reduce((sum, share) => sum + share, 0) / SEEDS.length;
  return `${(mean * 100).toFixed(0)} %`;
}

const rows = [500, 2_000, 8_000].map((tierGb) => [
  `${tierGb / 1000} TB`,
  meanShare(tierGb, 'any node'),
  meanShare(tierGb, 'one of 4 by model'),
]);
console.log(
  markdownTable([
    ['local tier of each node', 'loads go to any node', 'to one of 4 by model'],
    ...rows,
  ]),
);
