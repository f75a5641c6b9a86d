import { createHash } from 'node:crypto';
import type { ServedRevision } from '@modelkeep/core';
import type { Call } from '../call.ts';
import { keepingHeaders, originHeaders } from '../http/cache-headers.ts';
import { type HubAnswer, jsonAnswer } from '../http/hub-answer.ts';
import { flag, list } from '../http/query.ts';
import { sibling } from '../listing/sibling.ts';
import { redirectTo, renamedTo } from '../routing/rename.ts';
import { forwardedOr } from '../upstream/forward.ts';
import { withoutXet } from '../upstream/strip-xet.ts';
import { boundRevision } from './bind.ts';

// What the Hub tells only if it is named, and a description from the cache may lack.
const ONLY_BY_NAME: ReadonlySet<string> = new Set([
  'baseModels',
  'childrenModelCount',
  'downloadsAllTime',
  'evalResults',
  'inference',
  'inferenceProviderMapping',
  'resourceGroup',
  'trendingScore',
]);

/** `GET /api/models/{id}` and `/revision/{rev}`. */
export async function modelInfoRoute(call: Call): Promise<HubAnswer> {
  const { query } = call.target;
  const { served, location } = await boundRevision(call);
  const renamed = renamedTo(call, served.modelId);
  if (renamed !== undefined) return redirectTo(call, renamed);
  const headers = {
    'X-Repo-Commit': served.commit,
    ...keepingHeaders(location.revision),
    ...originHeaders(served),
  };
  const expand = list(query, 'expand');
  if (expand.length === 0) {
    return jsonAnswer(
      describe(served, flag(query, 'blobs'), flag(query, 'securityStatus')),
      headers,
    );
  }
  const info = describe(served, flag(query, 'blobs'), expand.includes('securityRepoStatus'));
  const answer = jsonAnswer(pick(info, expand), headers);
  const lacks = expand.some((name) => ONLY_BY_NAME.has(name) && !(name in info));
  return lacks ? forwardedOr(call, () => answer) : answer;
}

/** All that is told of a model. */
function describe(
  served: ServedRevision,
  blobs: boolean,
  securityStatus: boolean,
): Record<string, unknown> {
  const { modelId, commit, files } = served;
  const { siblings: _, ...told } = withoutXet(served.info) as Record<string, unknown>;
  const author = modelId.includes('/') ? modelId.slice(0, modelId.indexOf('/')) : undefined;
  return {
    _id: documentId(modelId),
    ...(author === undefined ? {} : { author }),
    disabled: false,
    tags: [],
    downloads: 0,
    likes: 0,
    spaces: [],
    usedStorage: files.reduce((sum, { size }) => sum + size, 0),
    ...told,
    id: modelId,
    modelId,
    sha: commit,
    private: served.private,
    gated: served.gated ? told['gated'] || 'auto' : false,
    siblings: files.map((file) => sibling(file, blobs)),
    ...(securityStatus
      ? {
          securityRepoStatus: told['securityRepoStatus'] ?? {
            scansDone: false,
            filesWithIssues: [],
          },
        }
      : {}),
  };
}

/** 24 hex digits, as the Hub's documents have; the same each time. */
export function documentId(name: string): string {
  return createHash('sha1').update(name).digest('hex').slice(0, 24);
}

/** The identifying fields and those asked for. */
export function pick(
  info: Readonly<Record<string, unknown>>,
  names: readonly string[],
): Record<string, unknown> {
  return Object.fromEntries(
    [...new Set(['_id', 'id', ...names])]
      .filter((name) => Object.hasOwn(info, name))
      .map((name) => [name, info[name]]),
  );
}
