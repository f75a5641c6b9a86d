import type { ServedRefs } from '@modelkeep/core';
import type { Call } from '../call.ts';
import { originHeaders } from '../http/cache-headers.ts';
import { type HubAnswer, jsonAnswer } from '../http/hub-answer.ts';
import { flag } from '../http/query.ts';
import { forwardedOr } from '../upstream/forward.ts';

/** `GET /api/models/{id}/refs`. Only the source knows its pull requests. */
export async function refsRoute(call: Call): Promise<HubAnswer> {
  const prs = flag(call.target.query, 'include_prs');
  const refs = await call.options.view.refs(call.modelId, call.callOptions);
  const answer = jsonAnswer(describeRefs(refs, prs), {
    'Cache-Control': 'private, no-cache',
    ...originHeaders(refs),
  });
  return prs && refs.origin !== 'stale' ? forwardedOr(call, () => answer) : answer;
}

function describeRefs(refs: ServedRefs, prs: boolean): Record<string, unknown> {
  const rows = (
    named: ServedRefs['branches'],
    start: string,
    isMine: (name: string) => boolean,
  ): unknown[] =>
    named
      .filter(({ name }) => isMine(name))
      .map(({ name, commit }) => {
        const ref = name.startsWith('refs/') ? name : `${start}${name}`;
        return {
          name: name.startsWith('refs/') ? name.split('/').slice(2).join('/') : name,
          ref,
          targetCommit: commit,
        };
      });
  return {
    branches: rows(refs.branches, 'refs/heads/', (name) => !name.startsWith('refs/')),
    converts: rows(refs.branches, '', (name) => name.startsWith('refs/convert/')),
    tags: rows(refs.tags, 'refs/tags/', () => true),
    ...(prs
      ? { pullRequests: rows(refs.branches, '', (name) => name.startsWith('refs/pr/')) }
      : {}),
  };
}
