import type { Call } from '../call.ts';
import { originHeaders } from '../http/cache-headers.ts';
import { type HubAnswer, jsonAnswer } from '../http/hub-answer.ts';
import { limit } from '../http/query.ts';
import { forwardedOr } from '../upstream/forward.ts';
import { boundRevision } from './bind.ts';
import { lastCommitOf } from './tree.ts';

/** `GET /api/models/{id}/commits/{rev}`: from the source; without it, the one commit that is here. */
export function commitsRoute(call: Call): Promise<HubAnswer> {
  return forwardedOr(call, async () => {
    const { served } = await boundRevision(call);
    const known = { ...lastCommitOf(served), message: '', authors: [] };
    const isFirst =
      limit(call.target.query, 'p', 1, Number.MAX_SAFE_INTEGER) === Number.MAX_SAFE_INTEGER;
    return jsonAnswer(isFirst ? [known] : [], {
      'X-Total-Count': '1',
      'Cache-Control': 'private, no-cache',
      ...originHeaders({ ...served, origin: 'stale' }),
    });
  });
}
