import type { IncomingMessage, ServerResponse } from 'node:http';
import type { User } from '@modelkeep/core';
import type { Identity } from '../access/identity.ts';
import { readBody } from './read-body.ts';

/** A request of Node as the Hub endpoint and our own routes take it. */
export class ServerRequest {
  readonly method: string;
  /** Path and query as they came, below the server's prefix. */
  readonly target: string;
  /** Scheme, host and port under which the client knows the server. */
  readonly origin: string;
  readonly identity: Identity;
  readonly address: string;
  readonly #request: IncomingMessage;
  readonly #response: ServerResponse;
  #controller: AbortController | undefined;

  constructor(
    request: IncomingMessage,
    response: ServerResponse,
    facts: Pick<ServerRequest, 'target' | 'origin' | 'identity' | 'address'>,
  ) {
    this.#request = request;
    this.#response = response;
    this.method = request.method ?? '';
    this.target = facts.target;
    this.origin = facts.origin;
    this.identity = facts.identity;
    this.address = facts.address;
  }

  /** The user that was let in. */
  get user(): User | undefined {
    return this.identity.kind === 'user' ? this.identity.user : undefined;
  }

  /** Aborted when the other end is gone before it has its answer. */
  get signal(): AbortSignal {
    if (this.#controller === undefined) {
      const controller = new AbortController();
      const response = this.#response;
      this.#controller = controller;
      if (response.closed) controller.abort(clientGone());
      else {
        response.once('close', () => {
          if (!response.writableFinished) controller.abort(clientGone());
        });
      }
    }
    return this.#controller.signal;
  }

  header(name: string): string | undefined {
    const value = this.#request.headers[name];
    return Array.isArray(value) ? value.join(', ') : value;
  }

  readBody(maxBytes: number): Promise<Uint8Array> {
    return readBody(this.#request, maxBytes);
  }
}

function clientGone(): Error {
  return new DOMException('the client is gone', 'AbortError');
}
