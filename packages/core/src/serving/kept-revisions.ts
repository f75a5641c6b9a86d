import type { CoreContext } from '../context.ts';
import { isCommit } from '../names/model-name.ts';
import { BINDINGS, bindingId } from './binding.ts';

const MOST_BOUND = 1000;

/** Names of what is kept of a model: revisions of entries, then commits, also those that were only looked at. */
export async function keptRevisions(
  { metadata }: CoreContext,
  modelId: string,
): Promise<readonly string[]> {
  const revisions = new Set<string>();
  const commits = new Set<string>();
  for (const id of await metadata.findModelIds(modelId)) {
    for await (const { revision } of metadata.listEntries({ modelId: id })) revisions.add(revision);
    for await (const { commit } of metadata.listSnapshots(id)) commits.add(commit);
  }
  const start = bindingId(modelId, '');
  for await (const { id } of metadata.listRecords(BINDINGS, { after: start, limit: MOST_BOUND })) {
    if (!id.startsWith(start)) break;
    const revision = id.slice(start.length);
    if (isCommit(revision)) commits.add(revision);
  }
  return [...new Set([...revisions, ...commits])];
}
