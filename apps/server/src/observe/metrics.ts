import { Counter, Gauge, Histogram } from './instruments.ts';

/** What happens in the server, in figures. */
export interface Metrics {
  readonly requests: Counter;
  readonly durations: Histogram;
  readonly cacheAnswers: Counter;
  /** Answers that a source's failure decided. */
  readonly sourceFailures: Counter;
  readonly sentBytes: Counter;
  readonly savedBytes: Counter;
  readonly openRequests: Gauge;
  /** In the Prometheus text format, version 0.0.4. */
  render(more?: readonly Sample[]): string;
}

/** A figure that is taken when it is asked for. */
export interface Sample {
  readonly name: string;
  readonly help: string;
  readonly type: 'gauge' | 'counter';
  readonly value: number;
}

export function gauge(name: string, help: string, value: number): Sample {
  return { name, help, type: 'gauge', value };
}

const BUCKETS = [0.001, 0.005, 0.02, 0.1, 0.5, 2, 10, 60];

export function createMetrics(): Metrics {
  const requests = new Counter('modelkeep_http_requests_total', 'Requests answered.', [
    'route',
    'method',
    'status',
  ]);
  const durations = new Histogram(
    'modelkeep_http_request_duration_seconds',
    'Time from a request to the end of its answer.',
    'route',
    BUCKETS,
  );
  const cacheAnswers = new Counter(
    'modelkeep_cache_answers_total',
    'Answers of the Hub endpoint by where they came from: hit, miss or stale.',
    ['cache'],
  );
  const sourceFailures = new Counter(
    'modelkeep_source_failures_total',
    'Answers of the Hub endpoint that a failure of the source decided: what is cached, or an error.',
    ['answered'],
  );
  const sentBytes = new Counter('modelkeep_sent_bytes_total', 'Bytes of bodies sent.', ['route']);
  const savedBytes = new Counter(
    'modelkeep_saved_bytes_total',
    'Bytes of model files sent from the cache, which no source had to send.',
    [],
  );
  const openRequests = new Gauge('modelkeep_http_requests_open', 'Requests being answered.');
  const instruments = [
    requests,
    durations,
    cacheAnswers,
    sourceFailures,
    sentBytes,
    savedBytes,
    openRequests,
  ];
  return {
    requests,
    durations,
    cacheAnswers,
    sourceFailures,
    sentBytes,
    savedBytes,
    openRequests,
    render: (more = []) =>
      [
        ...instruments.map((instrument) => instrument.render()),
        ...more.map(({ name, help, type, value }) =>
          describe(name, help, type, [`${name} ${value}`]),
        ),
      ].join(''),
  };
}

function describe(name: string, help: string, type: string, lines: readonly string[]): string {
  return `# HELP ${name} ${help}\n# TYPE ${name} ${type}\n${lines.join('\n')}\n`;
}
