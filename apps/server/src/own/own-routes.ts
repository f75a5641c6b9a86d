import type { IncomingHttpHeaders, IncomingMessage, ServerResponse } from 'node:http';
import type { ModelCache } from '@modelkeep/core';
import { isModelkeepError } from '@modelkeep/core/spi';
import type { Handled, Routes } from '../handler.ts';
import type { Answer } from '../http/answer.ts';
import { textAnswer } from '../http/answer.ts';
import type { ServerRequest } from '../http/server-request.ts';
import type { ModelIndex } from '../models/model-index.ts';
import type { Metrics, Sample } from '../observe/metrics.ts';
import type { ServerPeers } from '../peers/create-peers.ts';
import { answerFlight, FLIGHTS_PATH } from '../peers/flight-route.ts';
import type { Api } from '../rest/create-api.ts';
import { statusOf } from '../rest/statuses.ts';
import type { RecordStore } from '../store/record-store.ts';
import type { UploadServer } from '../uploads/upload-server.ts';
import { errorAnswer, refuseIdentity } from './access-answers.ts';
import type { AdminPage } from './admin-page.ts';
import { refuseForgeable } from './cookie-guard.ts';
import { createReadiness, metricsAnswer } from './health.ts';

const API = '/-/api/v1';
const UPLOADS = `${API}/uploads`;

export interface OwnRoutesOptions {
  readonly cache: ModelCache;
  readonly models: ModelIndex;
  readonly records: RecordStore;
  readonly metrics: Metrics;
  readonly api: Api;
  readonly uploads: UploadServer;
  /** The files of the admin page, where it is installed. */
  readonly page: AdminPage | undefined;
  /** Other servers of the store, where they read what is fetched here. */
  readonly peers: ServerPeers | undefined;
  /** Path that clients put before all others. */
  readonly prefix: string;
  /** Figures that are taken when they are asked for. */
  readonly samples: () => Promise<readonly Sample[]>;
  readonly isStopping: () => boolean;
}

/** The routes below `/-/`. */
export function createOwnRoutes(options: OwnRoutesOptions): Routes['own'] {
  const { records, cache, api, page, peers, isStopping } = options;
  const readiness = createReadiness(records, isStopping);
  return async (request, path, raw, response) => {
    if (path === '/-/healthz') return getOnly(request, () => textAnswer('ok'));
    if (path === '/-/readyz') return getOnly(request, readiness);
    if (peers !== undefined && path.startsWith(FLIGHTS_PATH)) {
      return answerFlight(cache.flights, peers.isPeer, request, path);
    }
    const base = `${request.origin}${options.prefix}`;
    if (path === '/-/api/openapi.json') {
      return getOnly(request, () => api.describe(`${base}${API}`));
    }
    const forgeable = refuseForgeable(request.identity, request.method, raw.headers);
    if (forgeable !== undefined) return forgeable;
    const isUpload =
      (path === UPLOADS || path.startsWith(`${UPLOADS}/`)) && isTus(request.method, raw.headers);
    if (path.startsWith(`${API}/`) && !isUpload) {
      return api.dispatch(request, path.slice(API.length));
    }
    if ((path === '/-/api' || path.startsWith('/-/api/')) && !isUpload) {
      return errorAnswer(
        404,
        'object-not-found',
        'the API is below /-/api/v1/; /-/api/openapi.json describes it',
      );
    }
    if (page !== undefined && !isUpload && path !== '/-/metrics') {
      return page(request, path, raw, response);
    }
    const refusal = refuseIdentity(request.identity);
    if (refusal !== undefined) return refusal;
    if (path === '/-/metrics') {
      return getOnly(request, () => metricsAnswer(options));
    }
    if (isUpload) {
      const id = path.slice(UPLOADS.length + 1);
      return upload(options.uploads, request, raw, response, id, `${base}${UPLOADS}`);
    }
    return errorAnswer(404, 'object-not-found', 'there is no such route');
  };
}

/** Whether the request speaks tus: all of its requests say so, but for the one that asks what there is. */
function isTus(method: string, headers: IncomingHttpHeaders): boolean {
  return headers['tus-resumable'] !== undefined || method === 'OPTIONS';
}

async function upload(
  uploads: UploadServer,
  { user }: ServerRequest,
  raw: IncomingMessage,
  response: ServerResponse,
  id: string,
  baseUrl: string,
): Promise<Answer | Handled> {
  if (user?.role !== 'admin') {
    return errorAnswer(403, 'access-denied', 'only an admin may upload archives', {
      Connection: 'close',
    });
  }
  try {
    await uploads.handle(raw, response, id, baseUrl);
    return 'handled';
  } catch (error) {
    if (!isModelkeepError(error)) throw error;
    const { status, headers } = statusOf(error);
    return errorAnswer(status, error.code, error.message, headers);
  }
}

function getOnly(
  { method }: ServerRequest,
  answer: () => Answer | Promise<Answer>,
): Answer | Promise<Answer> {
  if (method === 'GET' || method === 'HEAD') return answer();
  return errorAnswer(405, 'unsupported', 'this route only answers GET', { Allow: 'GET, HEAD' });
}
