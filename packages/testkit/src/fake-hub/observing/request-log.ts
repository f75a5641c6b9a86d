import type { RouteKind } from '../routes/route.ts';

/** One request that reached the fake Hub. Fields after `headers` are filled in as it is answered. */
export interface RequestRecord {
  readonly origin: 'hub' | 'cdn';
  readonly route: RouteKind;
  readonly method: string;
  /** Path and query as sent; signatures are left in. */
  readonly url: string;
  readonly repository: string | undefined;
  /** The file asked for, decoded. */
  readonly path: string | undefined;
  readonly range: string | undefined;
  /** Names in lower case, tokens included. */
  readonly headers: Readonly<Record<string, string | string[] | undefined>>;
  /** Undefined while, or if, nothing was answered. */
  status: number | undefined;
  bodyBytes: number;
  /** Kinds of the faults that happened to it. */
  faults: readonly string[];
  isOver: boolean;
}

const SECRET = /(Signature=)[^&]*/g;

/** The record without tokens and signatures, fit for a message or a snapshot. */
export function redactRequest(record: RequestRecord): RequestRecord {
  const headers = { ...record.headers };
  for (const name of ['authorization', 'cookie']) {
    if (headers[name] !== undefined) headers[name] = '[redacted]';
  }
  return { ...record, url: record.url.replace(SECRET, '$1[redacted]'), headers };
}

/** The latest requests, oldest first. */
export class RequestLog {
  readonly #limit: number;
  #records: RequestRecord[] = [];

  constructor(limit: number) {
    this.#limit = limit;
  }

  add(record: RequestRecord): void {
    this.#records.push(record);
    if (this.#records.length > this.#limit * 2) this.#records = this.#records.slice(-this.#limit);
  }

  records(): RequestRecord[] {
    return this.#records.slice(-this.#limit);
  }

  reset(): void {
    this.#records = [];
  }
}
