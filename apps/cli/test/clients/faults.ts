import type { Fault, FaultEffect, FaultMatch } from '@modelkeep/testkit/fake-hub';

/** The size of the file that it happens to. */
export const SIZE = 3_000_000;

/**
 * What must come of a download through the server while the fault lasts: the right bytes, an error that a person
 * understands, or, where it depends on what the client asks for, either.
 */
type Outcome = 'right' | 'error' | 'either';

export interface Row {
  readonly name: string;
  readonly outcome: Outcome;
  /** The fault that happens to this model only. */
  readonly fault: (model: string) => Fault;
}

type On = Omit<FaultMatch, 'path'>;

function row(
  name: string,
  outcome: Outcome,
  effect: FaultEffect & { readonly times?: number },
  on: On = { route: 'cdn' },
): Row {
  const about = on.route === 'info' ? '/api/models/' : '';
  const path = (model: string): string =>
    on.route === 'info' ? `${about}${model}/**` : `${model}/model.safetensors`;
  return { name, outcome, fault: (model) => ({ ...effect, match: { ...on, path: path(model) } }) };
}

const MIDDLE = { atOffset: 1_234_567 };
const TWICE = { times: 2 };

/** All that can go wrong with an upstream: for a moment, and for good. */
export const ROWS: readonly Row[] = [
  row('a wrong byte, once', 'either', { kind: 'corrupt', ...MIDDLE, times: 1 }),
  row('a wrong byte', 'error', { kind: 'corrupt', ...MIDDLE }),
  row('a wrong last byte', 'error', { kind: 'corrupt', atOffset: SIZE - 1 }),
  row('a wrong first byte', 'error', { kind: 'corrupt', atOffset: 0 }),
  row('a broken connection, twice', 'right', { kind: 'cut', afterBytes: 500_000, ...TWICE }),
  row('a reset, twice', 'right', { kind: 'cut', ...MIDDLE, reset: true, ...TWICE }),
  row('a connection that always breaks at one place', 'error', { kind: 'cut', ...MIDDLE }),
  row('a body that ends too early, twice', 'right', { kind: 'short', ...MIDDLE, ...TWICE }),
  row('a shorter file', 'error', { kind: 'short', ...MIDDLE, contentLength: 'right' }),
  row('a longer file', 'either', { kind: 'long', extraBytes: 1000 }),
  row('more bytes than announced', 'either', {
    kind: 'long',
    extraBytes: 1000,
    contentLength: 'wrong',
  }),
  row('a Content-Range of another place', 'error', { kind: 'wrong-content-range' }),
  row('no ranges', 'either', { kind: 'ignore-range' }),
  row('another ETag each time', 'either', { kind: 'changed-etag' }),
  row('a body that is gzip', 'either', { kind: 'gzip' }),
  row('416 for each range', 'either', { kind: 'range-not-satisfiable' }),
  row('500, twice', 'right', { kind: 'status', status: 500, ...TWICE }),
  row('503 from the CDN', 'error', { kind: 'status', status: 503 }),
  row('403 from the CDN', 'error', { kind: 'status', status: 403 }),
  row('an expired URL, once', 'right', { kind: 'expired-url', times: 1 }),
  row('429 and one second, twice', 'right', { kind: 'rate-limit', retryAfter: 1, ...TWICE }),
  row('a reset before the headers, twice', 'right', { kind: 'reset', ...TWICE }),
  row('a page of a captive portal in place of the file', 'error', { kind: 'html' }),
  row(
    'a page of a captive portal in place of the model',
    'error',
    { kind: 'html' },
    { route: 'info' },
  ),
  row('500 for the model', 'error', { kind: 'status', status: 500 }, { route: 'info' }),
  row('429 for the model', 'error', { kind: 'rate-limit', retryAfter: 1 }, { route: 'info' }),
  row('a loop of redirects', 'error', { kind: 'redirect-loop' }, { route: 'resolve' }),
  row(
    'a redirect to a forbidden host',
    'error',
    {
      kind: 'redirect',
      location: 'http://169.254.169.254/latest/meta-data',
    },
    { route: 'resolve' },
  ),
  row('headers that trickle in', 'right', { kind: 'slow-headers', ms: 3000 }),
  row('200 kB/s', 'right', { kind: 'bandwidth', bytesPerSecond: 200_000 }),
];
