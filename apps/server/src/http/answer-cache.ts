import type { IncomingHttpHeaders } from 'node:http';
import type { User } from '@modelkeep/core';
import type { Answer } from './answer.ts';

const LIFETIME_MS = 250;
const MOST_ANSWERS = 2000;
/** Bytes. A page of a thousand files has some 200,000. */
const LARGEST_BODY = 1024 * 1024;
const MOST_BODIES = 16 * 1024 * 1024;
/** How long one waits for the same answer to be made for another. */
const PATIENCE_MS = 100;

/**
 * Answers of the Hub endpoint that were given a moment ago, for the many clients that ask the same at once: HEAD of a file,
 * descriptions and lists. What is removed is seen to be gone after a quarter of a second, or at once after `clear`.
 */
export interface AnswerCache {
  /** The answer that is kept, or one that is made now: by one of those who ask at once, as a rule. */
  answer(key: string, make: () => Promise<Answer>): Promise<Answer>;
  clear(): void;
}

export function createAnswerCache(now: () => number = Date.now): AnswerCache {
  let answers = new Map<string, Answer>();
  let startedAt = now();
  let size = 0;
  const reset = (): void => {
    answers = new Map();
    size = 0;
  };
  const current = (): Map<string, Answer> => {
    if (now() - startedAt >= LIFETIME_MS) {
      startedAt = now();
      if (answers.size > 0) reset();
    }
    return answers;
  };
  /** Keeps an answer that came from the cache and has its body at hand. */
  const keep = (key: string, answer: Answer): void => {
    const { status, headers } = answer;
    if (status !== 200 || headers['X-Modelkeep-Cache'] !== 'hit') return;
    if (answer.body !== undefined && typeof answer.body !== 'string') return;
    // Encoded once for all who get it.
    const body = answer.body === undefined ? undefined : Buffer.from(answer.body);
    const length = body?.byteLength ?? 0;
    const kept = current();
    if (length > LARGEST_BODY || size + length > MOST_BODIES) return;
    if (kept.size >= MOST_ANSWERS) return;
    kept.set(key, body === undefined ? answer : { status, headers, body });
    size += length;
  };
  const making = new Map<string, Promise<void>>();
  return {
    async answer(key, make) {
      const known = current().get(key);
      if (known !== undefined) return known;
      const others = making.get(key);
      if (others !== undefined) {
        await others;
        return current().get(key) ?? make();
      }
      const { promise, resolve } = Promise.withResolvers<void>();
      making.set(key, promise);
      const timer = setTimeout(resolve, PATIENCE_MS);
      try {
        const answer = await make();
        keep(key, answer);
        return answer;
      } finally {
        clearTimeout(timer);
        making.delete(key);
        resolve();
      }
    },
    clear: reset,
  };
}

/** What an answer depends on; undefined for a request whose answer is not kept. */
export function answerKey(
  method: string,
  target: string,
  origin: string,
  headers: IncomingHttpHeaders,
  user: User | undefined,
): string | undefined {
  const isPlain =
    (method === 'HEAD' || method === 'GET') &&
    headers.range === undefined &&
    headers['if-match'] === undefined &&
    headers['if-none-match'] === undefined &&
    headers['if-modified-since'] === undefined &&
    headers.origin === undefined;
  if (!isPlain) return undefined;
  const who = user === undefined ? '' : `${user.role} ${user.name}`;
  return `${method} ${target}\n${origin}\n${who}\n${headers.accept ?? ''}\n${headers['user-agent'] ?? ''}\n${headers['git-protocol'] ?? ''}`;
}
