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
    if (answer !== undefined) return answer;
    this.#notPlain.add(hostname);
    return super.handle(...call);
  }

  override destroy(): void {
    this.#exchanges.destroy();
    super.destroy();
  }

  async #read(
    request: Parameters<Handle>[0],
    signal: AbortSignal | undefined,
  ): Promise<Answer | undefined> {
    const text = requestText(request);
    for (;;) {
      const exchange = await this.#exchanges.begin(request, signal);
      try {
        const head = await exchange.socket.ask(text);
        if (head !== undefined && head.status < 300) {
          return { response: answerOf(head, new ObjectBody(exchange)) };
        }
        const isShort = head !== undefined && head.length <= ERROR_BYTES;
        const error = isShort ? await buffer(new ObjectBody(exchange).chunks()) : undefined;
        exchange.end();
        return error && head && { response: answerOf(head, Readable.from([error])) };
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
