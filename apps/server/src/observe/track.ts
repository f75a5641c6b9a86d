import type { ServerResponse } from 'node:http';
import type { TrafficLog } from '../traffic/traffic-log.ts';
import type { AccessLog } from './access-log.ts';
import type { Metrics } from './metrics.ts';

// Too many requests there, a wrong answer from there, no answer.
const SOURCE_FAILURES = new Set([429, 502, 503]);

/** What is noted of a request as it goes along. */
export interface Note {
  readonly method: string;
  readonly path: string;
  readonly address: string;
  readonly startedAt: number;
  user: string;
  /** What kind of request it is, for the figures: few different words. */
  route: string;
  cache: string;
  bytes: number;
  /** Whether a file is asked for from its beginning. */
  readonly isDownload: boolean;
}

/** Where it is counted and logged. */
export interface Observers {
  readonly metrics: Metrics;
  readonly traffic: Pick<TrafficLog, 'note'>;
  readonly log: AccessLog | undefined;
}

/** Counts and logs the request when its answer has ended, or was given up. */
export function track(
  response: ServerResponse,
  note: Note,
  { metrics, traffic, log }: Observers,
): void {
  metrics.openRequests.add(1);
  response.once('close', () => {
    const complete = response.writableFinished;
    const status = response.headersSent ? response.statusCode : 0;
    const durationMs = performance.now() - note.startedAt;
    metrics.openRequests.add(-1);
    metrics.requests.add(1, note.route, note.method, String(status));
    metrics.durations.observe(durationMs / 1000, note.route);
    if (note.bytes > 0) metrics.sentBytes.add(note.bytes, note.route);
    if (note.cache !== '-') {
      metrics.cacheAnswers.add(1, note.cache);
      if (note.cache === 'stale') metrics.sourceFailures.add(1, 'cached');
      else if (SOURCE_FAILURES.has(status)) metrics.sourceFailures.add(1, 'error');
    }
    if (note.route === 'file' && note.cache !== 'miss') metrics.savedBytes.add(note.bytes);
    if (note.route === 'file' && (status === 200 || status === 206 || status === 302)) {
      const { isDownload, cache, bytes } = note;
      if (isDownload || bytes > 0) traffic.note({ isDownload, cache, bytes });
    }
    if (log === undefined) return;
    const { method, path, address, user, cache, bytes } = note;
    log.write({ method, path, status, bytes, durationMs, address, user, cache, complete });
  });
}
