import { Readable } from 'node:stream';
import { buffer } from 'node:stream/consumers';
import { NodeHttpHandler, type NodeHttpHandlerOptions } from '@smithy/node-http-handler';
import type { AnswerHead } from './answer-head.ts';
import { Exchanges } from './exchanges.ts';
import { ObjectBody } from './object-body.ts';
import { requestText } from './request-text.ts';
import type { SocketLimits } from './sockets.ts';

type Handle = NodeHttpHandler['handle'];
type Answer = Awaited<ReturnType<Handle>>;

/** What a store says of an error is not longer. */
const ERROR_BYTES = 64 * 1024;

/**
 * Sends the SDK's requests by Node's own client, but for those that read an object: the bytes of these go from the socket straight
 * into the memory of who reads, for a quarter of the processor time. A store whose answers are not plain is read in the usual way.
 */
export class DirectHandler extends NodeHttpHandler {
  readonly #exchanges: Exchanges;
  readonly #notPlain = new Set<string>();

  constructor(options: NodeHttpHandlerOptions, limits: SocketLimits) {
    super(options);
    this.#exchanges = new Exchanges(limits);
  }

  override async handle(...call: Parameters<Handle>): Promise<Answer> {
    const [request, { abortSignal } = {}] = call;
    const { method, query, hostname } = request;
    const isRead = method === 'GET' && query['x-id'] === 'GetObject';
    if (!isRead || this.#notPlain.has(hostname)) return super.handle(...call);
    const answer = await this.#read(request, abortSignal as AbortSignal | undefined);
    return answer ?? super.handle(...call);
  }

  override destroy(): void {
    this.#exchanges.destroy();
    super.destroy();
  }

  /** Undefined for an answer that is not plain. */
  async #read(
    request: Parameters<Handle>[0],
    signal: AbortSignal | undefined,
  ): Promise<Answer | undefined> {
    const text = requestText(request);
    for (;;) {
      const exchange = await this.#exchanges.begin(request, signal);
      try {
        const head = await exchange.socket.ask(text);
        const isGood = head === undefined || head.status < 300;
        if (head?.length === undefined) {
          exchange.end();
          // Stores that tell the length of objects may not tell that of errors.
          if (isGood) this.#notPlain.add(request.hostname);
          return undefined;
        }
        const body = new ObjectBody(exchange);
        if (isGood) return { response: answerOf(head, body) };
        if (head.length > ERROR_BYTES) {
          exchange.end();
          return undefined;
        }
        const error = await buffer(body.chunks());
        return { response: answerOf(head, Readable.from([error])) };
      } catch (error) {
        exchange.end();
        // A store may close a kept connection at any time, which is seen when the next request is sent.
        if (exchange.wasClosedBefore && signal?.aborted !== true) continue;
        throw error;
      }
    }
  }
}

function answerOf({ status, headers }: AnswerHead, body: Readable): Answer['response'] {
  return { statusCode: status, headers: { ...headers }, body };
}
