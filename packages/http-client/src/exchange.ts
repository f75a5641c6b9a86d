import type { Dispatcher } from 'undici';
import { BodyReader } from './body-reader.ts';
import type { HttpHeaders } from './http-client.ts';
import { asTransportError, type TransportContext, transportFailure } from './transport-error.ts';

export interface ExchangeRequest {
  readonly url: URL;
  readonly method: 'GET' | 'HEAD' | 'POST';
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string | Uint8Array | undefined;
  readonly signal: AbortSignal | undefined;
  readonly unreadTimeoutMs: number;
  readonly context: TransportContext;
}

export interface ExchangeAnswer {
  readonly status: number;
  readonly headers: HttpHeaders;
  readonly reader: BodyReader;
}

/** One request and its answer, redirects not followed. */
export function exchange(
  dispatcher: Dispatcher,
  request: ExchangeRequest,
): Promise<ExchangeAnswer> {
  const { signal } = request;
  return new Promise((resolve, reject) => {
    if (signal?.aborted) {
      reject(signal.reason);
      return;
    }
    let controller: Dispatcher.DispatchController | undefined;
    let reader: BodyReader | undefined;
    const onAbort = (): void => {
      reader?.fail(signal?.reason, true);
      reject(signal?.reason);
      controller?.abort(new Error('aborted'));
    };
    const settle = (): void => signal?.removeEventListener('abort', onAbort);
    signal?.addEventListener('abort', onAbort, { once: true });
    const onError = (cause: unknown): void => {
      settle();
      const error = signal?.aborted ? signal.reason : asTransportError(cause, request.context);
      reader?.fail(error);
      reject(error);
    };
    const handler: Dispatcher.DispatchHandler = {
      onRequestStart(started) {
        controller = started;
        if (signal?.aborted) started.abort(new Error('aborted'));
      },
      onResponseStart(started, status, headers) {
        // 1xx answers come before the real one.
        if (status < 200) return;
        reader = new BodyReader(started, {
          timeoutMs: request.unreadTimeoutMs,
          reason: () =>
            transportFailure(request.context.host, 'timeout', 'its answer was not read'),
        });
        resolve({ status, headers: headerMap(headers), reader });
      },
      onResponseData(_, chunk) {
        reader?.push(chunk);
      },
      onResponseEnd() {
        settle();
        reader?.end();
      },
      onResponseError(_, cause) {
        onError(cause);
      },
    };
    try {
      dispatcher.dispatch(
        {
          origin: request.url.origin,
          path: request.url.pathname + request.url.search,
          method: request.method,
          headers: request.headers,
          ...(request.body === undefined ? {} : { body: request.body }),
        },
        handler,
      );
    } catch (cause) {
      onError(cause);
    }
  });
}

function headerMap(headers: Record<string, string | string[] | undefined>): HttpHeaders {
  const map = new Map<string, string>();
  for (const [name, value] of Object.entries(headers)) {
    if (value !== undefined) map.set(name, Array.isArray(value) ? value.join(', ') : value);
  }
  return map;
}
