import { Agent as HttpAgent, request as httpRequest, type IncomingMessage } from 'node:http';
import { Agent as HttpsAgent, request as httpsRequest } from 'node:https';
import type { FlightBody, FlightHolder, ReadFlightOptions } from '@modelkeep/core';
import { ModelkeepError } from '@modelkeep/core/spi';
import { ETAG_HEADER, FLIGHTS_PATH, OWNER_HEADER, PROOF_HEADER } from './flight-route.ts';

/** Asks other servers for parts of what they fetch, and whether they are there. */
export interface PeerClient {
  open(address: string, id: string, proof: string, options: ReadFlightOptions): Promise<FlightBody>;
  whoAnswers(
    address: string,
    id: string,
    proof: string,
    options: { readonly signal: AbortSignal },
  ): Promise<FlightHolder | 'refused' | undefined>;
}

/** A machine that is gone is silent; one that lives answers at once, whatever its upstream does. */
const ANSWER_MS = 5000;

/** Goes straight to the other server, whatever proxies there are. */
export function createPeerClient(): PeerClient {
  const plain = new HttpAgent({ keepAlive: true });
  const secure = new HttpsAgent({ keepAlive: true });
  return {
    async open(address, id, proof, { start, end, signal }) {
      const url = new URL(`${FLIGHTS_PATH}${id}`, address);
      const isSecure = url.protocol === 'https:';
      const request = (isSecure ? httpsRequest : httpRequest)(url, {
        agent: isSecure ? secure : plain,
        headers: { [PROOF_HEADER]: proof, Range: `bytes=${start}-${end - 1}` },
        ...(signal === undefined ? {} : { signal }),
      });
      const response = await answerOf(request, address, signal);
      const [, first, size] =
        /^bytes (\d+)-\d+\/(\d+)$/.exec(response.headers['content-range'] ?? '') ?? [];
      if (response.statusCode !== 206 || Number(first) !== start) {
        response.destroy();
        throw unavailable(`the server at ${address} fetches no ${id}`);
      }
      const etag = response.headers[ETAG_HEADER.toLowerCase()];
      return {
        size: Number(size),
        ...(typeof etag === 'string' ? { etag: decodeURIComponent(etag) } : {}),
        body: bodyOf(response, address, signal),
      };
    },
    async whoAnswers(address, id, proof, { signal }) {
      const url = new URL(`${FLIGHTS_PATH}${id}`, address);
      const request = (url.protocol === 'https:' ? httpsRequest : httpRequest)(url, {
        method: 'HEAD',
        // One that was kept open tells nothing of who listens now.
        agent: false,
        headers: { [PROOF_HEADER]: proof },
        signal,
      });
      try {
        const response = await answerOf(request, address, signal);
        response.destroy();
        const owner = response.headers[OWNER_HEADER.toLowerCase()];
        return typeof owner === 'string' ? { owner: decodeURIComponent(owner) } : undefined;
      } catch (error) {
        return isRefusal((error as Error).cause) ? 'refused' : undefined;
      }
    },
  };
}

/** At each of the addresses that a name stands for. */
function isRefusal(error: unknown): boolean {
  if (error instanceof AggregateError) return error.errors.every(isRefusal);
  return (error as NodeJS.ErrnoException | undefined)?.code === 'ECONNREFUSED';
}

function answerOf(
  request: ReturnType<typeof httpRequest>,
  address: string,
  signal: AbortSignal | undefined,
): Promise<IncomingMessage> {
  return new Promise((resolve, reject) => {
    const timer = setTimeout(() => request.destroy(new Error('no answer')), ANSWER_MS);
    timer.unref();
    request.once('response', (response) => {
      clearTimeout(timer);
      resolve(response);
    });
    request.on('error', (error) => {
      clearTimeout(timer);
      reject(signal?.aborted ? signal.reason : brokenOff(address, error));
    });
    request.end();
  });
}

async function* bodyOf(
  response: IncomingMessage,
  address: string,
  signal: AbortSignal | undefined,
): AsyncGenerator<Uint8Array> {
  try {
    for await (const chunk of response) yield chunk as Uint8Array;
  } catch (error) {
    throw signal?.aborted ? signal.reason : brokenOff(address, error);
  }
}

function brokenOff(address: string, cause: unknown): ModelkeepError {
  const reason = cause instanceof Error ? cause.message : String(cause);
  return unavailable(`the server at ${address} could not be read: ${reason}`, cause);
}

function unavailable(message: string, cause?: unknown): ModelkeepError {
  return new ModelkeepError('source-unavailable', message, { retryable: true, cause });
}
