import { expiredUrlReply } from '../cdn/cdn-route.ts';
import { type Reply, redirectReply, textReply } from '../http/reply.ts';
import type { FaultEffect } from './fault.ts';
import type { ActiveFault, RequestFacts } from './fault-registry.ts';

/** What the faults make of a request before it is answered. */
export interface Meeting {
  readonly delayMs: number;
  /** Answer in place of the true one, or none at all. */
  readonly instead?: Reply | 'silence' | 'reset';
  readonly kinds: readonly string[];
}

/** Applies the faults that come before the answer; the first that replaces it is the last to happen. */
export function meetRequest(faults: readonly ActiveFault[], facts: RequestFacts): Meeting {
  let delayMs = 0;
  const kinds: string[] = [];
  for (const fault of faults) {
    const { effect } = fault;
    const outcome = outcomeOf(effect, facts);
    if (outcome === undefined || !fault.take()) continue;
    kinds.push(effect.kind);
    if (typeof outcome === 'number') delayMs += outcome;
    else return { delayMs, instead: outcome, kinds };
  }
  return { delayMs, kinds };
}

function outcomeOf(
  effect: FaultEffect,
  facts: RequestFacts,
): number | Reply | 'silence' | 'reset' | undefined {
  switch (effect.kind) {
    case 'latency':
      return effect.ms;
    case 'silence':
    case 'reset':
      return effect.kind;
    case 'rate-limit':
      return rateLimit(effect.retryAfter, effect.resetAfter);
    case 'status':
      return statusReply(effect.status, effect.message, effect.headers);
    case 'html':
      return textReply(
        200,
        '<!DOCTYPE html><html><body><h1>Please log in to this network</h1></body></html>',
        'text/html; charset=utf-8',
      );
    case 'redirect':
      return redirectReply(302, effect.location);
    case 'redirect-loop':
      return redirectReply(302, `${facts.urlPath}?again=${Date.now()}`);
    case 'expired-url':
      return facts.origin === 'cdn' ? expiredUrlReply() : undefined;
    default:
      return undefined;
  }
}

function rateLimit(retryAfter?: number | string, resetAfter?: number): Reply {
  const headers: Record<string, string> = {};
  if (retryAfter !== undefined) headers['Retry-After'] = String(retryAfter);
  if (resetAfter !== undefined) {
    headers['RateLimit'] = `"api";r=0;t=${resetAfter}`;
    headers['RateLimit-Policy'] = '"fixed window";"api";q=500;w=300';
  }
  return statusReply(429, "We had to rate limit you: you've made too many requests.", headers);
}

function statusReply(
  status: number,
  message = `Fault ${status}`,
  headers: Readonly<Record<string, string>> = {},
): Reply {
  return textReply(status, message, undefined, { 'X-Error-Message': message, ...headers });
}
