import type { Call } from '../call.ts';
import { type HubAnswer, jsonAnswer } from '../http/hub-answer.ts';
import { modelNotFound, notFound, Refusal } from '../http/refusal.ts';
import type { Route } from '../routing/read-address.ts';
import { forwarded } from '../upstream/forward.ts';
import { whoamiRoute } from './account.ts';
import { authCheckRoute } from './auth-check.ts';
import { commitsRoute } from './commits.ts';
import { gitPushRoute, gitRefsRoute } from './git-refs.ts';
import { gitUploadPackRoute } from './git-upload-pack.ts';
import { lfsBatchRoute, lfsOtherRoute } from './lfs-batch.ts';
import { listModelsRoute, tagsRoute } from './list-models.ts';
import { modelInfoRoute } from './model-info.ts';
import { blobPageRoute, homeRoute, pageRoute } from './pages.ts';
import { pathsInfoRoute } from './paths-info.ts';
import { rawRoute } from './raw.ts';
import { refsRoute } from './refs.ts';
import { resolveRoute } from './resolve.ts';
import { treeRoute } from './tree.ts';

const NO_XET =
  'This cache does not speak Xet. Set HF_HUB_DISABLE_XET=1 and try again: the listing of this model in your own cache was made when Xet was at hand.';
const ONLY_MODELS =
  'This cache keeps models only. Unset HF_ENDPOINT to reach datasets and spaces on the Hub itself.';
const NOTHING: HubAnswer = jsonAnswer(
  {},
  { 'X-Modelkeep-Cache': 'hit', 'Cache-Control': 'no-store' },
);

function refuse(refusal: () => Refusal): () => never {
  return () => {
    throw refusal();
  };
}

/** What answers each route. Routes that `readAddress` gives no model id never look at it. */
export const ROUTES: Readonly<Record<Route, (call: Call) => HubAnswer | Promise<HubAnswer>>> = {
  info: modelInfoRoute,
  tree: treeRoute,
  'paths-info': pathsInfoRoute,
  refs: refsRoute,
  commits: commitsRoute,
  'auth-check': authCheckRoute,
  'xet-token': refuse(() => new Refusal(404, NO_XET)),
  'other-api': forwarded,
  list: listModelsRoute,
  tags: tagsRoute,
  whoami: whoamiRoute,
  harnesses: () => NOTHING,
  telemetry: () => NOTHING,
  'other-kind': refuse(() => modelNotFound(ONLY_MODELS)),
  resolve: resolveRoute,
  raw: rawRoute,
  page: pageRoute,
  'page-tree': pageRoute,
  'page-blob': blobPageRoute,
  'git-refs': gitRefsRoute,
  'git-upload-pack': gitUploadPackRoute,
  'git-receive-pack': gitPushRoute,
  'lfs-batch': lfsBatchRoute,
  'lfs-other': lfsOtherRoute,
  home: homeRoute,
  unknown: refuse(() => notFound('Nothing is here.')),
};
