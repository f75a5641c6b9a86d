import type { FileInput } from '../content/file-input.ts';
import type { RouteKind } from '../routes/route.ts';

/** Which requests a fault is for; every given field must fit. */
export interface FaultMatch {
  /** Glob over the file's path, over `<model id>/<path>`, or over the URL's path. */
  readonly path?: string;
  readonly route?: RouteKind | readonly RouteKind[];
  readonly origin?: 'hub' | 'cdn';
  readonly method?: string;
  /** Whether the request has a Range header. */
  readonly ranged?: boolean;
}

/** Where in a body something happens: so many bytes into the answer, or at a place in the file. */
export type BodyPoint =
  | { readonly afterBytes: number; readonly atOffset?: never }
  | { readonly atOffset: number; readonly afterBytes?: never };

/** What happens before, or in place of, the answer. */
export type RequestEffect =
  /** Waits before anything is sent. */
  | { readonly kind: 'latency'; readonly ms: number }
  /** Never answers; the connection stays open. */
  | { readonly kind: 'silence' }
  /** Resets the connection before the headers. */
  | { readonly kind: 'reset' }
  /** 429 with `Retry-After` (seconds, or a date), or with `RateLimit` that resets after so many seconds. */
  | {
      readonly kind: 'rate-limit';
      readonly retryAfter?: number | string;
      readonly resetAfter?: number;
    }
  /** Another status: 500, 502, 503, 504, 408, 403… */
  | {
      readonly kind: 'status';
      readonly status: number;
      readonly message?: string;
      readonly headers?: Readonly<Record<string, string>>;
    }
  /** A page with status 200, as a captive portal gives. */
  | { readonly kind: 'html' }
  /** 302 to anywhere: another scheme or host. */
  | { readonly kind: 'redirect'; readonly location: string }
  /** 302 to itself, for ever. */
  | { readonly kind: 'redirect-loop' }
  /** The CDN's 403 for a URL whose time is over. On the CDN only. */
  | { readonly kind: 'expired-url' };

/** What happens to an answer that carries a file; on other answers only if the match names their route. */
export type FileEffect =
  /** Closes the connection, with `reset` by RST. */
  | ({ readonly kind: 'cut'; readonly reset?: boolean } & BodyPoint)
  /** Sends no more and keeps the connection open. */
  | ({ readonly kind: 'stall' } & BodyPoint)
  /** Ends cleanly too early. `right`: the shorter length is announced. Default: `wrong`. */
  | ({ readonly kind: 'short'; readonly contentLength?: 'right' | 'wrong' } & BodyPoint)
  /** Sends more than there is. `right`: the longer length is announced. Default: `right`. */
  | {
      readonly kind: 'long';
      readonly extraBytes: number;
      readonly contentLength?: 'right' | 'wrong';
    }
  /** Flips the bits of the byte at an offset in the file. Default: the middle one of the answer. */
  | { readonly kind: 'corrupt'; readonly atOffset?: number }
  /** A 206 whose Content-Range speaks of a place `shift` bytes further. Default: 1. */
  | { readonly kind: 'wrong-content-range'; readonly shift?: number }
  /** The whole file with status 200 where a range was asked for. */
  | { readonly kind: 'ignore-range' }
  /** Another ETag for every answer. */
  | { readonly kind: 'changed-etag' }
  /** The body gzip-encoded, whatever the client accepts. */
  | { readonly kind: 'gzip' }
  /** 416, whatever the range. */
  | { readonly kind: 'range-not-satisfiable' };

/** What happens to any answer. */
export type AnswerEffect =
  /** Bytes per second of body, for each connection. Once it is removed, answers that are on their way go on without it. */
  | { readonly kind: 'bandwidth'; readonly bytesPerSecond: number }
  /** Sets headers; `null` takes one away. */
  | { readonly kind: 'headers'; readonly headers: Readonly<Record<string, string | null>> }
  /** The head of the answer trickles in over this time. */
  | { readonly kind: 'slow-headers'; readonly ms: number }
  /** A branch moves when the answer has been decided and before it is sent. */
  | {
      readonly kind: 'move-branch';
      readonly repository: string;
      /** Default: `main`. */
      readonly branch?: string;
      readonly files: Readonly<Record<string, FileInput | null>>;
    };

export type FaultEffect = RequestEffect | FileEffect | AnswerEffect;

/** Something that goes wrong. */
export type Fault = FaultEffect & {
  /** A string is a glob over paths. Default: every request. */
  readonly match?: string | FaultMatch;
  /** How often it happens. Default: until it is removed. */
  readonly times?: number;
  /** How many matching requests it leaves alone first. Default: 0. */
  readonly skip?: number;
};
