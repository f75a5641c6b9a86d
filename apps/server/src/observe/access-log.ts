import { redactLine } from './redact.ts';

/** One request that has ended. */
interface AccessRecord {
  readonly method: string;
  /** Raw path, without the query. */
  readonly path: string;
  /** 0 if the other end left before there was an answer. */
  readonly status: number;
  /** Bytes of the body that were handed over. */
  readonly bytes: number;
  readonly durationMs: number;
  readonly address: string;
  readonly user: string;
  /** `hit`, `miss` or `stale`, where the cache was asked. */
  readonly cache: string;
  /** Whether the answer was sent to its end. */
  readonly complete: boolean;
}

export interface AccessLog {
  write(record: AccessRecord): void;
  /** Hands over what waits. */
  flush(): void;
}

const FLUSH_MS = 50;
const FLUSH_BYTES = 32 * 1024;

/** Writes one line a request, several at once under load. */
export function createAccessLog(output: (text: string) => void, json: boolean): AccessLog {
  let waiting = '';
  let timer: NodeJS.Timeout | undefined;
  const flush = (): void => {
    clearTimeout(timer);
    timer = undefined;
    if (waiting === '') return;
    const text = waiting;
    waiting = '';
    output(text);
  };
  return {
    write(record) {
      waiting += `${json ? jsonLine(record) : textLine(record)}\n`;
      if (waiting.length >= FLUSH_BYTES) flush();
      else timer ??= setTimeout(flush, FLUSH_MS);
    },
    flush,
  };
}

function textLine(record: AccessRecord): string {
  const { method, path, status, bytes, durationMs, address, user, cache } = record;
  const end = record.complete ? '' : ' broken-off';
  return `${now()} ${address} ${user} ${method} ${redactLine(path)} ${status} ${bytes} ${cache} ${durationMs.toFixed(1)}ms${end}`;
}

function jsonLine(record: AccessRecord): string {
  return JSON.stringify({ time: now(), ...record, path: redactLine(record.path) });
}

function now(): string {
  return new Date().toISOString();
}
