import { flagParameter, type HubRequest } from '../http/hub-request.ts';
import { Refusal, revisionNotFound } from '../http/refusal.ts';
import { jsonReply, type Reply } from '../http/reply.ts';
import { locate } from './locate.ts';
import type { RepositoryCall } from './route.ts';
import { type EntryView, treeEntry } from './tree-entries.ts';

/** `POST /api/models/{id}/paths-info/{rev}`, form or JSON. Unknown paths are left out. */
export async function pathsInfoRoute(call: RepositoryCall): Promise<Reply> {
  const { request, repository, rest } = call;
  const { revision, commit } = locate(repository, rest);
  if (commit === undefined) throw revisionNotFound(revision);
  const { paths, expand } = await readQuestion(request);
  const view: EntryView = { repository, commit, viewer: request.viewer, expand };
  const entries = paths.map((path) => treeEntry(path.replace(/\/+$/, ''), view));
  return jsonReply(
    entries.filter((entry) => entry !== undefined),
    { 'X-Repo-Commit': commit.id },
  );
}

async function readQuestion(request: HubRequest): Promise<{ paths: string[]; expand: boolean }> {
  const body = (await request.readBody()).toString('utf8');
  if (!String(request.headers['content-type']).includes('json')) {
    const form = new URLSearchParams(body);
    return { paths: form.getAll('paths'), expand: flagParameter(form, 'expand') };
  }
  const question: unknown = parseJson(body);
  const { paths, expand } = (question ?? {}) as { paths?: unknown; expand?: unknown };
  const list = typeof paths === 'string' ? [paths] : paths;
  if (!Array.isArray(list) || list.some((path) => typeof path !== 'string')) {
    throw new Refusal(400, '"paths" must be an array of strings');
  }
  return { paths: list as string[], expand: expand === true };
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch (cause) {
    throw new Refusal(400, `Invalid JSON: ${String(cause)}`);
  }
}
