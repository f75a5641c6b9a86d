import type { DescribeOptions, ModelDescription, ResolvedModel } from '@modelkeep/core/spi';
import { isRecord, jsonBody, malformed } from './api-fetch.ts';
import { encodePath } from './hub-address.ts';
import type { HubContext } from './hub-context.ts';
import { hubError } from './hub-error.ts';
import { filesOf } from './siblings.ts';

const COMMIT = /^[0-9a-f]{40}$/;

/** Asks the Hub for the model info that its own clients get. */
export async function describeModel(
  context: HubContext,
  modelId: string,
  revision: string,
  { etag, withFiles = false, signal }: DescribeOptions = {},
): Promise<ModelDescription | 'unchanged'> {
  const subject = { modelId, revision };
  const name = encodePath(modelId, 'model id');
  const url = `${context.address.endpoint}/api/models/${name}/revision/${encodeURIComponent(revision)}${withFiles ? '?blobs=true' : ''}`;
  const answer = await context.http.request(url, {
    headers: {
      accept: 'application/json',
      ...(etag === undefined ? {} : { 'if-none-match': etag }),
    },
    ...(signal === undefined ? {} : { signal }),
  });
  if (answer.status === 304 && etag !== undefined) {
    answer.discard();
    return 'unchanged';
  }
  if (answer.status >= 400) throw await hubError(context, subject, answer);
  const tag = answer.headers.get('etag');
  const info = (await jsonBody(context, subject, answer, isRecord)) as ModelDescription['info'];
  const resolved = resolvedFrom(context, info, revision);
  if (resolved === undefined) {
    throw malformed(context, subject, 'its description lacks the id or the commit');
  }
  const files = withFiles ? filesOf(info['siblings']) : undefined;
  return {
    resolved,
    info,
    ...(tag === undefined ? {} : { etag: tag }),
    ...(files === undefined ? {} : { files }),
  };
}

function resolvedFrom(
  context: HubContext,
  info: Readonly<Record<string, unknown>>,
  revision: string,
): ResolvedModel | undefined {
  const { id, sha, lastModified, library_name, pipeline_tag, tags, gated, private: hidden } = info;
  if (typeof id !== 'string' || typeof sha !== 'string' || !COMMIT.test(sha)) return undefined;
  return {
    modelId: id,
    commit: sha,
    ...(typeof lastModified === 'string' ? { lastModified } : {}),
    ...(typeof library_name === 'string' ? { libraryName: library_name } : {}),
    ...(typeof pipeline_tag === 'string' ? { pipelineName: pipeline_tag } : {}),
    tags: Array.isArray(tags) ? tags.filter((tag) => typeof tag === 'string') : [],
    gated: Boolean(gated),
    private: Boolean(hidden),
    url: context.address.page(id, revision),
  };
}
