/** A TLS or proxy setting, a limit, or a name that one connection uses for all its requests. */
export interface HttpClientOptions {
  /** The connection's own address. Only requests to its scheme, host and port carry the access token and `headers`. */
  readonly origin: string | URL;
  /** Sent as `Authorization: Bearer …`. A function is asked before each request; undefined means anonymous. Default: anonymous. */
  readonly accessToken?: string | (() => string | undefined);
  /** Sent with every request to the connection's own origin. */
  readonly headers?: Readonly<Record<string, string>>;
  /** Address of the proxy for http and https. `false` for none. Default: `HTTPS_PROXY` and `HTTP_PROXY`. */
  readonly proxy?: string | false;
  /** Hosts reached without the proxy, as in `NO_PROXY`. Default: `NO_PROXY`. */
  readonly noProxy?: string;
  /** PEM file of certificates to trust beside Node's own. Default: `SSL_CERT_FILE`. `NODE_EXTRA_CA_CERTS` counts always. */
  readonly caFile?: string;
  /** PEM certificates to trust beside Node's own. */
  readonly ca?: string | readonly string[];
  /**
   * Hosts beyond the origin that may be asked: `cdn.example.org`, `*.example.org`, or either with a port.
   * Default: any host whose addresses are as public as the origin's own.
   */
  readonly allowedRedirectHosts?: readonly string[];
  /** Milliseconds until a connection stands. Default: 10 000. */
  readonly connectTimeoutMs?: number;
  /** Milliseconds without a header or a byte after which a connection counts as dead. Default: 20 000. */
  readonly stallTimeoutMs?: number;
  /** Most sockets to one origin. Further requests wait. Default: 64. */
  readonly maxConnections?: number;
}

/** Bytes of a file, as in the HTTP `Range` header but with an exclusive end. */
export interface ByteRange {
  /** First byte. */
  readonly start: number;
  /** The byte after the last one. Default: to the end. */
  readonly end?: number;
}

export interface HttpRequest {
  /** Default: `GET`. */
  readonly method?: 'GET' | 'HEAD' | 'POST';
  /** Sent to the URL's own origin; of these only `accept`, `if-match` and `if-range` follow a redirect to another one. */
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: string | Uint8Array;
  readonly range?: ByteRange;
  /** An abort rejects with its reason, also while the body is read. */
  readonly signal?: AbortSignal;
}

/** Names in lower case; repeated headers are joined by a comma. */
export type HttpHeaders = ReadonlyMap<string, string>;

/** One redirect on the way to the answer. */
export interface HttpHop {
  readonly status: number;
  readonly headers: HttpHeaders;
}

export interface HttpResponse {
  readonly status: number;
  readonly headers: HttpHeaders;
  /** Where the answer came from. May be signed: never put it into a message. */
  readonly url: string;
  /** The redirects that led there, first to last. */
  readonly hops: readonly HttpHop[];
  /**
   * The raw bytes, to be read once. Returning early closes the socket; so does not reading at all for the stall time.
   * Fails with a retryable `source-unavailable` if the connection breaks.
   */
  readonly body: AsyncIterable<Uint8Array>;
  /** Gives back the memory of a chunk of `body` that nobody looks at any more, to be read into again. To be called once. */
  release(chunk: Uint8Array): void;
  /** Gives up the body. A short rest is read so that the socket can be used again. */
  discard(): void;
}

/**
 * One connection's HTTP/1.1 transport. Every failure is a `ModelkeepError`: `source-unavailable` whose message and
 * `details.host` name the host and whose `details.hop` is `dns`, `connect`, `tls`, `proxy`, `timeout`, `reset`,
 * `redirect` or `protocol`. An HTTP status is not a failure.
 */
export interface HttpClient {
  /** Follows at most 5 redirects. Returns when the headers are there. */
  request(url: string | URL, request?: HttpRequest): Promise<HttpResponse>;
  /** The same rules for a library that wants a `fetch`. */
  readonly fetch: typeof globalThis.fetch;
  /** Ends every socket. */
  close(): Promise<void>;
}
