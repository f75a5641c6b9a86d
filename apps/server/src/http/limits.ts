import type { ServerOptions } from 'node:http';

const SECOND = 1000;

/** What a connection may cost: slow and greedy clients are let go. */
export const CONNECTION_LIMITS: ServerOptions = {
  maxHeaderSize: 16 * 1024,
  headersTimeout: 10 * SECOND,
  // Uploads take as long as they take: each body has a limit of its own.
  requestTimeout: 0,
  connectionsCheckingInterval: 2 * SECOND,
  keepAliveTimeout: 65 * SECOND,
  requireHostHeader: true,
  insecureHTTPParser: false,
  noDelay: true,
};

/** Longest body of a request that is read into memory. */
export const MOST_BODY_BYTES: number = 1024 * 1024;

/** A body must arrive within this time. */
export const BODY_TIMEOUT_MS: number = 15 * SECOND;
