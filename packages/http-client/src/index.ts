export { type ContentPlace, contentPlace } from './content-place.ts';
export { createHttpClient } from './create-http-client.ts';
export type {
  ByteRange,
  HttpClient,
  HttpClientOptions,
  HttpHeaders,
  HttpHop,
  HttpRequest,
  HttpResponse,
} from './http-client.ts';
export { readBody, readText } from './read-body.ts';
export { redact } from './redact.ts';
export { retryAfterMs } from './retry-after.ts';
export type { Hop } from './transport-error.ts';
