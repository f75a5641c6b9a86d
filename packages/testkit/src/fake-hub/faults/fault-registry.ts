import { pathMatcher } from '../observing/path-matcher.ts';
import type { RouteKind } from '../routes/route.ts';
import type { Fault, FaultEffect, FaultMatch } from './fault.ts';

/** What is known of a request when faults are looked up. */
export interface RequestFacts {
  readonly origin: 'hub' | 'cdn';
  readonly route: RouteKind;
  readonly method: string;
  readonly urlPath: string;
  readonly repository: string | undefined;
  readonly filePath: string | undefined;
  readonly ranged: boolean;
}

/** A fault that was added. */
export interface FaultHandle {
  /** How often it has happened. */
  readonly hits: number;
  remove(): void;
}

/** A fault that fits a request. */
export interface ActiveFault {
  readonly effect: FaultEffect;
  /** Whether the match names the route, so that the fault is meant for answers without a file too. */
  readonly routeNamed: boolean;
  /** Whether it was turned off since. */
  readonly isRemoved: boolean;
  /** Counts a request that it reaches; false if it is one to leave alone. */
  take(): boolean;
}

/** The faults that are on. They happen in the order in which they were added. */
export class FaultRegistry {
  readonly #faults = new Set<Entry>();

  /** Turns a fault on, at once. */
  add(fault: Fault): FaultHandle {
    const entry = new Entry(fault);
    this.#faults.add(entry);
    return {
      get hits(): number {
        return entry.hits;
      },
      remove: (): void => {
        entry.isRemoved = true;
        this.#faults.delete(entry);
      },
    };
  }

  /** Turns every fault off. */
  clear(): void {
    for (const entry of this.#faults) entry.isRemoved = true;
    this.#faults.clear();
  }

  matching(facts: RequestFacts): ActiveFault[] {
    return [...this.#faults].filter((entry) => entry.fits(facts));
  }
}

class Entry implements ActiveFault {
  readonly effect: Fault;
  readonly routeNamed: boolean;
  isRemoved = false;
  readonly #match: FaultMatch;
  readonly #path: ((path: string) => boolean) | undefined;
  #seen = 0;
  #hits = 0;

  constructor(fault: Fault) {
    this.effect = fault;
    this.#match = typeof fault.match === 'string' ? { path: fault.match } : (fault.match ?? {});
    this.#path = this.#match.path === undefined ? undefined : pathMatcher(this.#match.path);
    this.routeNamed = this.#match.route !== undefined;
  }

  get hits(): number {
    return this.#hits;
  }

  take(): boolean {
    this.#seen += 1;
    const isOn =
      this.#seen > (this.effect.skip ?? 0) && this.#hits < (this.effect.times ?? Infinity);
    if (isOn) this.#hits += 1;
    return isOn;
  }

  fits(facts: RequestFacts): boolean {
    const { route, origin, method, ranged } = this.#match;
    const routes = route === undefined ? undefined : [route].flat();
    return (
      (routes === undefined || routes.includes(facts.route)) &&
      (origin === undefined || origin === facts.origin) &&
      (method === undefined || method === facts.method) &&
      (ranged === undefined || ranged === facts.ranged) &&
      this.#pathFits(facts)
    );
  }

  #pathFits({ filePath, repository, urlPath }: RequestFacts): boolean {
    if (this.#path === undefined) return true;
    if (this.#path(urlPath)) return true;
    return (
      filePath !== undefined && (this.#path(filePath) || this.#path(`${repository}/${filePath}`))
    );
  }
}
