import type { TakeBuffer } from './hub-view.ts';

export interface ReadFlightOptions {
  /** First byte. */
  readonly start: number;
  /** The byte after the last one; not beyond the end of the file. */
  readonly end: number;
  readonly signal?: AbortSignal;
}

/** The bytes of a file that somebody fetches, on their way. Nothing about them is proved. */
export interface FlightBody {
  /** Bytes of the whole file. */
  readonly size: number;
  /** Identity of the content as its source names it, where that is known: a part of another identity is of another file. */
  readonly etag?: string;
  readonly body: AsyncIterable<Uint8Array>;
}

/**
 * How a process reads what another one on the same store is fetching, while it is fetched: so that readers of a cold file
 * need not wait until it is stored, and nothing of it is fetched again if that process dies.
 */
export interface FlightPeers {
  /** Where others reach this process: noted in its leases, for all who share the store. Undefined while they cannot. */
  readonly address: string | undefined;
  /**
   * A part of what the process at `address` fetches, as it arrives there. Fails with a retryable `source-unavailable` if
   * that process cannot be reached, or fetches nothing of this id. The body fails, or ends early, when the flight breaks off.
   */
  open(address: string, id: string, options: ReadFlightOptions): Promise<FlightBody>;
  /**
   * Who answers at `address`, of the processes on the store: asked when one that fetches `id` gives nothing. `refused` if nobody
   * listens there; undefined whenever that cannot be told: no answer in time, no way there, an answer of somebody else.
   */
  whoAnswers(
    address: string,
    id: string,
    options: { readonly signal: AbortSignal },
  ): Promise<FlightHolder | 'refused' | undefined>;
}

/** A process that answers for its flights. */
export interface FlightHolder {
  /** Its {@link FlightView.owner}. */
  readonly owner: string;
}

/** What this process is fetching, for the {@link FlightPeers} of others. */
export interface FlightView {
  /** Names this process in the leases of what it fetches. */
  readonly owner: string;
  /** Bytes of the whole file; undefined if this process is not fetching it, or it is too small to be followed. */
  find(id: string): Promise<OpenFlight | undefined>;
}

/** A flight that can be read. */
export interface OpenFlight extends Omit<FlightBody, 'body'> {
  /** A part as it arrives; its bytes are brought to the front of the line. */
  read(
    options: ReadFlightOptions & { readonly takeBuffer?: TakeBuffer },
  ): AsyncIterable<Uint8Array>;
}
