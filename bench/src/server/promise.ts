import type { Stage } from '../row.ts';

export type Unit = 's' | 'ms' | 'GB/s' | 'CPU s/GiB' | 'requests/s' | 'MB' | 'KB' | 'requests';

/** What one round found, by name. A peer that is not installed is left out. */
export type Figures = Readonly<Record<string, number>>;

/** What is promised of a figure: against a peer's of the same round, or by itself. */
export type Bound =
  /** At most `times` the peer's figure and `plus`, in the unit of the figure. */
  | { readonly kind: 'at most'; readonly times: number; readonly plus?: number }
  | { readonly kind: 'at least'; readonly times: number }
  /** At most this, whatever others need. */
  | { readonly kind: 'limit'; readonly value: number }
  /** Nothing: the peer is shown for comparison. */
  | { readonly kind: 'none' };

export interface Promised {
  readonly work: string;
  readonly unit: Unit;
  readonly ours: string;
  /** Absent for a bound that needs no peer. */
  readonly theirs?: string;
  readonly bound: Bound;
}

/** A server and its peers, ready to be measured round by round. */
export interface ServerScene extends AsyncDisposable {
  readonly promises: readonly Promised[];
  /** Measures ours and theirs in turn. Rounds are independent of each other. */
  round(): Promise<Figures>;
}

export interface ServerRow {
  readonly id: string;
  /** Measured in one round, however many there are: it takes long, and a load beside it changes nothing. */
  readonly once?: boolean;
  readonly open: (stage: Stage) => Promise<ServerScene>;
}
