import type { FailureCode } from './exit-status.ts';

const HINTS: Partial<Record<FailureCode, string>> = {
  gated: "accept the terms on the model's page, and set HF_TOKEN to a token of that account",
  'access-denied': 'set HF_TOKEN to a token that may read the model',
  'rate-limited': 'wait a while and run the same command again: what was fetched is kept',
  'source-unavailable': 'run the same command again later: what was fetched is kept',
  offline: 'unset HF_HUB_OFFLINE, or remove `offline` from the config file',
  'integrity-mismatch': '`modelkeep verify` checks what is stored',
  'no-space':
    '`modelkeep du` shows what takes room, `modelkeep gc`, `modelkeep evict` and `modelkeep rm` free it',
};

const NO_WAY_OUT =
  'run the same command again later: what was fetched is kept; where a proxy leads out, name it in HTTPS_PROXY; where nothing does, set HF_HUB_OFFLINE=1 and import archives';

/** What the user can do about an error that does not say so itself. */
export function hintFor(
  code: FailureCode,
  details: Readonly<Record<string, unknown>>,
): string | undefined {
  // Whoever counted the bytes knows what they did not fit into, and says what helps there.
  if (code === 'no-space' && details['neededBytes'] !== undefined) return undefined;
  const isCutOff = details['hop'] === 'dns' || details['hop'] === 'connect';
  return code === 'source-unavailable' && isCutOff ? NO_WAY_OUT : HINTS[code];
}
