import type { ModelCache } from '@modelkeep/core';
import type { Routes } from '../handler.ts';
import type { Answer } from '../http/answer.ts';
import { textAnswer } from '../http/answer.ts';
import type { ServerRequest } from '../http/server-request.ts';
import type { Metrics } from '../observe/metrics.ts';
import type { RecordStore } from '../store/record-store.ts';
import { errorAnswer, refuseIdentity } from './access-answers.ts';
import { metricsAnswer, readiness } from './health.ts';

export interface OwnRoutesOptions {
  readonly cache: ModelCache;
  readonly records: RecordStore;
  readonly metrics: Metrics;
  readonly isStopping: () => boolean;
}

/** The routes below `/-/`. */
export function createOwnRoutes(options: OwnRoutesOptions): Routes['own'] {
  return async (request, path) => {
    switch (path) {
      case '/-/healthz':
        return getOnly(request, () => textAnswer('ok'));
      case '/-/readyz':
        return getOnly(request, () => readiness(options.records, options.isStopping()));
      case '/-/metrics':
        return (
          refuseIdentity(request.identity) ??
          getOnly(request, () => metricsAnswer(options.metrics, options.cache))
        );
      default:
        return (
          refuseIdentity(request.identity) ??
          errorAnswer(404, 'object-not-found', 'there is no such route')
        );
    }
  };
}

function getOnly(
  { method }: ServerRequest,
  answer: () => Answer | Promise<Answer>,
): Answer | Promise<Answer> {
  if (method === 'GET' || method === 'HEAD') return answer();
  return errorAnswer(405, 'unsupported', 'this route only answers GET', { Allow: 'GET, HEAD' });
}
