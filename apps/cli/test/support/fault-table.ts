import type { Fault } from '@modelkeep/testkit/fake-hub';

/** What a pull must come to. */
export type Outcome =
  | 'right'
  | {
      readonly code: string;
      readonly status: number;
      /** What the message must name: the file, the host, the hop, the numbers. */
      readonly says: readonly (string | RegExp)[];
    };

/** One fault of the Hub, or several at once, and what a pull then comes to. */
export interface FaultRow {
  readonly name: string;
  readonly faults: readonly Fault[];
  readonly outcome: Outcome;
}

export const WEIGHTS = 'model.safetensors';
export const VOCABULARY = 'vocab.txt';
export const CONFIG = 'config.json';

/** Stands for `host:port` of the Hub and of its CDN in what a message must say. */
export const HUB = '{hub}';
export const CDN = '{cdn}';

const unavailable = (...says: readonly (string | RegExp)[]): Outcome => ({
  code: 'source-unavailable',
  status: 6,
  says,
});
const mismatch = (...says: readonly (string | RegExp)[]): Outcome => ({
  code: 'integrity-mismatch',
  status: 5,
  says,
});
const right = (name: string, ...faults: readonly Fault[]): FaultRow => ({
  name,
  faults,
  outcome: 'right',
});
const wrong = (name: string, outcome: Outcome, ...faults: readonly Fault[]): FaultRow => ({
  name,
  faults,
  outcome,
});

const API = ['info', 'tree'] as const;
const FILES = ['resolve', 'cdn'] as const;

const PASSING: readonly FaultRow[] = [
  right('latency', { kind: 'latency', ms: 150, times: 10 }),
  right('slow headers', { kind: 'slow-headers', ms: 300, times: 4 }),
  right('little bandwidth', { kind: 'bandwidth', bytesPerSecond: 4 * 2 ** 20 }),
  ...(['info', 'tree', 'resolve', 'cdn'] as const).flatMap((route) => [
    right(`a reset before the answer (${route})`, {
      kind: 'reset',
      match: { route },
      times: 2,
    }),
    right(`a status 503 (${route})`, { kind: 'status', status: 503, match: { route }, times: 2 }),
    right(`a login page (${route})`, { kind: 'html', match: { route }, times: 1 }),
  ]),
  ...[500, 502, 504, 408].map((status) =>
    right(`a status ${status}`, { kind: 'status', status, match: { route: FILES }, times: 2 }),
  ),
  right('signed URLs that have expired', { kind: 'expired-url', times: 2 }),
  right('a CDN that is blocked at first', {
    kind: 'status',
    status: 403,
    match: { origin: 'cdn' },
    times: 2,
  }),
];

const PASSING_IN_BODIES: readonly FaultRow[] = [
  ...[WEIGHTS, VOCABULARY, CONFIG].flatMap((match) => [
    right(`a cut at the first byte (${match})`, { kind: 'cut', match, afterBytes: 0, times: 2 }),
    right(`a reset in the middle (${match})`, {
      kind: 'cut',
      match,
      afterBytes: match === CONFIG ? 3 : 300_000,
      reset: true,
      times: 2,
    }),
    right(`a short answer (${match})`, { kind: 'short', match, afterBytes: 2, times: 2 }),
    right(`a short answer that says so (${match})`, {
      kind: 'short',
      match,
      afterBytes: 2,
      contentLength: 'right',
      times: 1,
    }),
    right(`a flipped byte (${match})`, { kind: 'corrupt', match, times: 1 }),
    right(`a gzip-encoded body (${match})`, { kind: 'gzip', match, times: 1 }),
    right(`bytes after the end (${match})`, {
      kind: 'long',
      match,
      extraBytes: 500,
      contentLength: 'wrong',
      times: 1,
    }),
  ]),
  right('a cut again and again, each a little further', {
    kind: 'cut',
    match: WEIGHTS,
    afterBytes: 1_000_000,
  }),
  right('a range further on than it was asked for', { kind: 'wrong-content-range', times: 2 }),
  right('no ranges at all', { kind: 'ignore-range' }),
  right('another ETag of the CDN each time', { kind: 'changed-etag', match: WEIGHTS }),
  right('another ETag in the middle', { kind: 'changed-etag', match: VOCABULARY, times: 1 }),
  right('a range that is said to be none', {
    kind: 'range-not-satisfiable',
    match: WEIGHTS,
    times: 2,
  }),
  right('answers without a length', { kind: 'headers', headers: { 'Content-Length': null } }),
  right('answers without any ETag', {
    kind: 'headers',
    headers: { ETag: null, 'X-Linked-ETag': null, 'X-Linked-Size': null },
  }),
];

/** Faults that pass, wherever they come and in the bytes: the pull hides them. */
export const PASSING_FAULTS: readonly FaultRow[] = [...PASSING, ...PASSING_IN_BODIES];

/** Faults that stay: the pull fails with a clear error, and leaves what a retry goes on from. */
export const LASTING_FAULTS: readonly FaultRow[] = [
  wrong('a CDN that resets', unavailable(WEIGHTS, CDN, 'reset'), {
    kind: 'reset',
    match: { origin: 'cdn', path: WEIGHTS },
  }),
  wrong('a CDN that is blocked', unavailable(WEIGHTS, CDN, '403', 'firewall'), {
    kind: 'status',
    status: 403,
    match: { origin: 'cdn', path: WEIGHTS },
  }),
  wrong('signed URLs that have expired when they come', unavailable(WEIGHTS, CDN, '403'), {
    kind: 'expired-url',
    match: WEIGHTS,
  }),
  wrong('a cut at the first byte', unavailable(WEIGHTS, 'tries'), {
    kind: 'cut',
    match: WEIGHTS,
    afterBytes: 0,
  }),
  wrong('a status 500 for a file', unavailable(CONFIG, HUB, '500'), {
    kind: 'status',
    status: 500,
    match: CONFIG,
  }),
  wrong('a login page for a file', unavailable(VOCABULARY, HUB, 'web page'), {
    kind: 'html',
    match: VOCABULARY,
  }),
  wrong(
    'a flipped byte of weights',
    mismatch(WEIGHTS, /expected sha256 \w{64}, found sha256 \w{64}/),
    {
      kind: 'corrupt',
      match: WEIGHTS,
      atOffset: 7_000_000,
    },
  ),
  wrong('a flipped byte of a large text', mismatch(VOCABULARY, /expected git blob \w{40}/), {
    kind: 'corrupt',
    match: VOCABULARY,
    atOffset: 1_000_000,
  }),
  wrong('a flipped byte of a small text', mismatch(CONFIG, /expected git blob \w{40}/), {
    kind: 'corrupt',
    match: CONFIG,
  }),
  wrong('a longer small file', mismatch(CONFIG, /\d+ bytes/), {
    kind: 'long',
    match: CONFIG,
    extraBytes: 10,
  }),
  wrong('a gzip-encoded body', unavailable(WEIGHTS, 'gzip'), { kind: 'gzip', match: WEIGHTS }),
  wrong('a range further on than it was asked for', unavailable(WEIGHTS, /bytes \d+-\d+/), {
    kind: 'wrong-content-range',
    match: WEIGHTS,
  }),
  wrong('another ETag each time', unavailable(VOCABULARY, 'changed'), {
    kind: 'changed-etag',
    match: VOCABULARY,
  }),
  wrong('no range that can be had', unavailable(WEIGHTS), {
    kind: 'range-not-satisfiable',
    match: WEIGHTS,
  }),
  wrong('another commit than was asked for', unavailable(CONFIG, 'commit', 'feedfacefeedface'), {
    kind: 'headers',
    match: { route: 'resolve', path: CONFIG },
    headers: { 'X-Repo-Commit': 'feedfacefeedfacefeedfacefeedfacefeedface' },
  }),
  wrong('a redirect in a circle', unavailable(HUB, 'redirect'), {
    kind: 'redirect-loop',
    match: { route: 'resolve', path: CONFIG },
  }),
  wrong(
    'a redirect to an address of the cloud itself',
    unavailable('169.254.169.254', 'redirect'),
    {
      kind: 'redirect',
      location: 'http://169.254.169.254/latest/meta-data',
      match: { route: 'resolve', path: CONFIG },
    },
  ),
  wrong('a redirect to another scheme', unavailable('redirect'), {
    kind: 'redirect',
    location: 'ftp://127.0.0.1/file',
    match: { route: 'resolve', path: CONFIG },
  }),
  wrong(
    'a rate limit',
    { code: 'rate-limited', status: 6, says: [WEIGHTS, CDN] },
    {
      kind: 'rate-limit',
      retryAfter: 0,
      match: { origin: 'cdn', path: WEIGHTS },
    },
  ),
];

/** Those that cost a time-out or long waits: run side by side. */
export const SLOW_FAULTS: readonly FaultRow[] = [
  right('no answer about a model', { kind: 'silence', match: { route: API }, times: 1 }),
  right('no answer about a file', { kind: 'silence', match: { route: 'resolve' }, times: 1 }),
  right('no answer of the CDN', { kind: 'silence', match: { origin: 'cdn' }, times: 1 }),
  right('a body that stalls', { kind: 'stall', match: WEIGHTS, afterBytes: 100_000, times: 1 }),
  right('a small body that stalls', { kind: 'stall', match: CONFIG, afterBytes: 3, times: 1 }),
  wrong('a body that stalls each time', unavailable(WEIGHTS, CDN, 'timeout'), {
    kind: 'stall',
    match: { origin: 'cdn', path: WEIGHTS },
    afterBytes: 0,
  }),
  wrong('a login page where the model should be', unavailable(HUB, 'text/html', 'endpoint'), {
    kind: 'html',
    match: { route: 'info' },
  }),
  wrong('a status 503 of the API', unavailable(HUB, '503'), {
    kind: 'status',
    status: 503,
    match: { route: 'info' },
  }),
  wrong(
    'a rate limit of the API',
    { code: 'rate-limited', status: 6, says: [HUB] },
    {
      kind: 'rate-limit',
      retryAfter: 0,
      match: { route: 'tree' },
    },
  ),
];
