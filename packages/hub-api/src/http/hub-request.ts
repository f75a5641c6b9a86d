/** One request, whatever server it came through. */
export interface HubRequest {
  /** Upper case. */
  readonly method: string;
  /**
   * The request target as it came: `/org/name/resolve/main/a%20b?download=true`. Not what `new URL` makes of it, which may
   * be another path. Bytes above 0x7f stand as characters of that number, as `node:http` gives them.
   */
  readonly target: string;
  /** Scheme, host and port under which the client knows the server: `http://cache:8080`. */
  readonly origin: string;
  readonly signal?: AbortSignal;
  /** Value of a header by its lower-case name. */
  header(name: string): string | undefined;
  /** The body. Rejects with a `RangeError` if it is longer than `maxBytes`. */
  readBody(maxBytes: number): Promise<Uint8Array>;
}
