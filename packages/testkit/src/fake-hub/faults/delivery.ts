/** How an answer is put on the wire. */
export interface Delivery {
  /** Body bytes per second on this connection, as it is at the moment; undefined for no limit. */
  readonly bytesPerSecond?: () => number | undefined;
  /** Where the body stops, and how. */
  readonly stop?: { readonly afterBytes: number; readonly how: 'close' | 'reset' | 'stall' };
  /** Bytes sent after the announced body. */
  readonly trailing?: Buffer;
  /** Time over which the head trickles in. */
  readonly slowHeadMs?: number;
}
