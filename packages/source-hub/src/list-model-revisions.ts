import type { NamedRevision } from '@modelkeep/core/spi';
import { isRecord, jsonBody } from './api-fetch.ts';
import type { HubContext } from './hub-context.ts';
import { hubError } from './hub-error.ts';

/** Branches and tags, in the Hub's order. */
export async function listModelRevisions(
  context: HubContext,
  modelId: string,
  signal: AbortSignal | undefined,
): Promise<readonly NamedRevision[]> {
  const subject = { modelId };
  const answer = await context.http.request(context.address.refs(modelId), {
    headers: { accept: 'application/json' },
    ...(signal === undefined ? {} : { signal }),
  });
  if (answer.status >= 400) throw await hubError(context, subject, answer);
  const refs = await jsonBody(context, subject, answer, isRecord);
  if (!isRecord(refs)) return [];
  return [...named(refs['branches'], 'branch'), ...named(refs['tags'], 'tag')];
}

function named(group: unknown, kind: NamedRevision['kind']): readonly NamedRevision[] {
  if (!Array.isArray(group)) return [];
  return group.flatMap((ref: unknown) => {
    const { name, targetCommit } = isRecord(ref) ? ref : {};
    return typeof name === 'string' && typeof targetCommit === 'string'
      ? [{ name, kind, commit: targetCommit }]
      : [];
  });
}
