import { connect, type NetConnectOpts, type OnReadOpts, type Socket } from 'node:net';
import { connect as connectTls } from 'node:tls';
import type { TakeBuffer } from '@modelkeep/core/spi';
import { type AnswerHead, parseAnswerHead } from './answer-head.ts';

const SCRATCH_BYTES = 16 * 1024;
const HEAD_END = '\r\n\r\n';
const TIMED_OUT = 'ETIMEDOUT';
/** So long bytes may wait for others that fill the same memory. */
const MOST_WAIT_MS = 250;

export interface BodySocketOptions {
  readonly host: string;
  readonly port: number;
  /** Certificates to trust; absent without TLS. */
  readonly tls?: { readonly ca?: readonly string[] };
  readonly connectMs: number;
  /** Without a byte for so long, while one is waited for, the connection is given up. */
  readonly silentMs: number;
}

interface Waiter {
  readonly resolve: () => void;
  readonly reject: (error: Error) => void;
}

/**
 * A connection over which one GET after the other is sent, and which reads their bodies from the operating system straight
 * into the memory of who wants them.
 */
export class BodySocket {
  readonly #socket: Socket;
  readonly #silentMs: number;
  readonly #scratch = Buffer.allocUnsafeSlow(SCRATCH_BYTES);
  #stage: 'idle' | 'head' | 'body' | 'over' = 'idle';
  #headBytes = 0;
  #head: AnswerHead | undefined;
  /** Bytes of the body that are not in the memory of the reader yet. */
  #left = 0;
  /** The first of them, where they came before there was a place for them. */
  #early: Buffer[] = [];
  /** Memory of the reader that is being filled, and what is filled after it. */
  #target: Uint8Array | undefined;
  #next: Uint8Array | undefined;
  #filled = 0;
  /** What was filled and not given yet. */
  #ready: Uint8Array[] = [];
  /** Whether the next read goes into the target. */
  #straight = false;
  /** Until then a full target is wanted, afterwards any byte is enough: who reads over a slow line must see that it lives. */
  #fullUntil = 0;
  #waiter: Waiter | undefined;
  #failure: Error | undefined;

  constructor({ host, port, tls, connectMs, silentMs }: BodySocketOptions) {
    const onread: OnReadOpts = {
      buffer: () => this.#place(),
      callback: (bytes, buffer) => this.#onBytes(bytes, buffer),
    };
    const to: NetConnectOpts = { host, port, onread, noDelay: true, keepAlive: true };
    this.#socket = tls === undefined ? connect(to) : connectTls({ ...to, ...trust(tls, host) });
    this.#silentMs = silentMs;
    this.#socket.setTimeout(connectMs);
    this.#socket.once('connect', () => this.#socket.setTimeout(silentMs));
    this.#socket.on('timeout', () => this.#fail(lost(TIMED_OUT, 'the store is silent')));
    this.#socket.on('error', (error) => this.#fail(error));
    this.#socket.on('end', () => this.#fail(lost('ECONNRESET', 'the store closed the connection')));
    this.#socket.on('close', () =>
      this.#fail(lost('ECONNRESET', 'the store closed the connection')),
    );
  }

  /** Whether another request may be sent. */
  get isIdle(): boolean {
    return this.#stage === 'idle' && this.#failure === undefined;
  }

  /** Whether the store closed it before anything of an answer came. */
  get wasClosedUnanswered(): boolean {
    const isClosed = this.#failure !== undefined && codeOf(this.#failure) !== TIMED_OUT;
    return isClosed && this.#stage === 'head' && this.#headBytes === 0;
  }

  /** Sends a request and waits for the head of its answer: undefined for what is no answer. */
  async ask(request: string): Promise<AnswerHead | undefined> {
    if (this.#failure !== undefined) throw this.#failure;
    this.#stage = 'head';
    this.#headBytes = 0;
    this.#head = undefined;
    this.#socket.ref();
    this.#socket.write(request, 'latin1');
    await this.#more();
    return this.#head;
  }

  /**
   * The body of the answer: what has come first at once, then as much as each piece of memory holds, or what a slow line brings.
   * While one is looked at the next one is filled.
   */
  async *body(takeBuffer: TakeBuffer): AsyncGenerator<Uint8Array, void, undefined> {
    this.#fullUntil = 0;
    while (this.#left > 0 || this.#ready.length > 0) {
      this.#makePlace(takeBuffer);
      if (this.#ready.length === 0) await this.#more();
      const chunk = this.#ready.shift();
      if (chunk !== undefined) yield chunk;
    }
  }

  /** To be called once the whole body was read. Closes the connection after `ms` without a request. */
  idleFor(ms: number): void {
    this.#socket.setTimeout(ms);
    this.#socket.unref();
    // What comes now, an end above all, must be seen.
    this.#socket.resume();
  }

  destroy(): void {
    this.#fail(lost('ECONNRESET', 'the connection was given up'));
  }

  #rest(): void {
    if (this.#stage === 'body') this.#stage = this.#head?.keepAlive === true ? 'idle' : 'over';
  }

  #makePlace(takeBuffer: TakeBuffer): void {
    if (this.#target === undefined && this.#left > 0) {
      this.#target = takeBuffer(this.#left);
      this.#filled = 0;
      this.#takeEarly();
    }
    if (this.#target === undefined) return;
    const room = this.#target.byteLength - this.#filled;
    // No more than one ahead: memory that was given in turn must not be filled again before it was looked at.
    if (this.#ready.length === 0 && this.#left > room) {
      this.#next ??= takeBuffer(this.#left - room);
    }
    this.#socket.resume();
  }

  /** Waits until there is a head, or enough of a body. */
  async #more(): Promise<void> {
    if (this.#failure !== undefined) throw this.#failure;
    const { promise, resolve, reject } = Promise.withResolvers<void>();
    this.#waiter = { resolve, reject };
    if (!this.#socket.connecting) this.#socket.setTimeout(this.#silentMs);
    this.#socket.resume();
    await promise;
  }

  #fail(error: Error): void {
    if (this.#failure !== undefined) return;
    this.#failure = error;
    this.#socket.destroy();
    this.#waiter?.reject(error);
    this.#waiter = undefined;
  }

  /** Where the next bytes are read into. Asked for as soon as those before have come, which may be before there is a target. */
  #place(): Uint8Array {
    const target = this.#early.length === 0 ? this.#target : undefined;
    this.#straight = target !== undefined;
    if (target !== undefined) return target.subarray(this.#filled, this.#filled + this.#left);
    return this.#stage === 'head' ? this.#scratch.subarray(this.#headBytes) : this.#scratch;
  }

  /** Says whether more may come. */
  #onBytes(bytes: number, buffer: Uint8Array): boolean {
    if (this.#straight) {
      this.#filled += bytes;
      this.#left -= bytes;
      this.#deliver();
    } else if (this.#stage === 'head') {
      this.#onHead(bytes);
    } else {
      this.#onEarly(buffer.subarray(0, bytes));
    }
    const isHead = this.#stage === 'head';
    const isWanted = isHead || this.#target !== undefined;
    if (!isHead && (this.#ready.length > 0 || !isWanted)) {
      this.#waiter?.resolve();
      this.#waiter = undefined;
    }
    if (!isWanted) this.#socket.setTimeout(0);
    // Whatever comes after a whole body must be seen before the connection is used again.
    return (isWanted || this.#stage === 'idle') && this.#failure === undefined;
  }

  /** Gives the target on if it is full enough. */
  #deliver(): void {
    const target = this.#target;
    if (target === undefined) return;
    const isFull = this.#filled === target.byteLength || this.#left === 0;
    const now = performance.now();
    if (!isFull && (this.#filled === 0 || now < this.#fullUntil)) return;
    this.#ready.push(target.subarray(0, this.#filled));
    this.#fullUntil = now + MOST_WAIT_MS;
    this.#target = this.#next;
    this.#next = undefined;
    this.#filled = 0;
    // Who has all need not ask for more.
    if (this.#left === 0) this.#rest();
  }

  #onHead(bytes: number): void {
    const from = Math.max(0, this.#headBytes - HEAD_END.length + 1);
    this.#headBytes += bytes;
    const come = this.#scratch.subarray(0, this.#headBytes);
    const end = come.indexOf(HEAD_END, from, 'latin1');
    if (end < 0) {
      if (this.#headBytes === SCRATCH_BYTES) this.#stage = 'over';
      return;
    }
    this.#head = parseAnswerHead(come.toString('latin1', 0, end));
    this.#left = this.#head?.length ?? 0;
    this.#early = [];
    this.#stage = this.#head?.length === undefined ? 'over' : 'body';
    if (this.#stage === 'body') this.#onEarly(come.subarray(end + HEAD_END.length));
    if (this.#left === 0) this.#rest();
  }

  #onEarly(bytes: Uint8Array): void {
    if (bytes.byteLength === 0) return;
    const waiting = this.#early.reduce((sum, { byteLength }) => sum + byteLength, 0);
    if (this.#stage !== 'body' || waiting + bytes.byteLength > this.#left) {
      this.#fail(lost('ECONNRESET', 'the store sent more than it said'));
      return;
    }
    // The memory that they lie in is soon read into again.
    this.#early.push(Buffer.from(bytes));
    this.#takeEarly();
  }

  #takeEarly(): void {
    for (let first = this.#early[0]; this.#target && first; first = this.#early[0]) {
      const fits = first.subarray(0, this.#target.byteLength - this.#filled);
      this.#target.set(fits, this.#filled);
      this.#filled += fits.byteLength;
      this.#left -= fits.byteLength;
      if (fits.byteLength === first.byteLength) this.#early.shift();
      else this.#early[0] = first.subarray(fits.byteLength);
      this.#deliver();
    }
  }
}

function trust({ ca }: { readonly ca?: readonly string[] }, host: string): object {
  // An address is no name to ask for.
  const servername = /^[\d.]+$|:/.test(host) ? {} : { servername: host };
  return {
    ALPNProtocols: ['http/1.1'],
    ...servername,
    ...(ca === undefined ? {} : { ca: [...ca] }),
  };
}

function codeOf(error: Error): string | undefined {
  return (error as NodeJS.ErrnoException).code;
}

function lost(code: string, message: string): Error {
  return Object.assign(new Error(message), { code });
}
