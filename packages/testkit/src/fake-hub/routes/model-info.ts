import { createHash } from 'node:crypto';
import type { Viewer } from '../access/tokens.ts';
import { flagParameter, listParameter } from '../http/hub-request.ts';
import { revisionNotFound } from '../http/refusal.ts';
import { jsonReply, type Reply } from '../http/reply.ts';
import type { Commit, Repository } from '../repositories/repository.ts';
import { locate } from './locate.ts';
import type { RepositoryCall } from './route.ts';
import { lfsFacts } from './tree-entries.ts';

/** `GET /api/models/{id}` and `/revision/{rev}`. */
export function modelInfoRoute({ request, repository, rest }: RepositoryCall): Reply {
  const { revision, commit } = locate(repository, rest === '' ? 'main' : rest);
  if (commit === undefined) throw revisionNotFound(revision);
  const blobs = flagParameter(request.query, 'blobs');
  const info: Record<string, unknown> = {
    ...modelSummary(repository, commit),
    sha: commit.id,
    siblings: siblings(repository, commit, request.viewer, blobs),
    usedStorage: [...commit.files.values()].reduce((sum, { size }) => sum + size, 0),
    spaces: [],
    ...repository.facts.info,
  };
  if (flagParameter(request.query, 'securityStatus')) {
    info['securityRepoStatus'] = { scansDone: true, filesWithIssues: [] };
  }
  const expand = listParameter(request.query, 'expand');
  return jsonReply(expand.length === 0 ? info : pick(info, expand), {
    'X-Repo-Commit': commit.id,
  });
}

/** What is said of a model in lists as well as alone. */
export function modelSummary(repository: Repository, commit: Commit): Record<string, unknown> {
  const { id, facts } = repository;
  const author = id.includes('/') ? id.slice(0, id.indexOf('/')) : undefined;
  return {
    _id: createHash('sha1').update(id).digest('hex').slice(0, 24),
    id,
    modelId: id,
    ...(author === undefined ? {} : { author }),
    private: facts.private,
    gated: facts.gated,
    disabled: facts.disabled,
    lastModified: new Date(commit.date).toISOString(),
    createdAt: new Date(facts.createdAt).toISOString(),
    tags: facts.tags,
    downloads: facts.downloads,
    likes: facts.likes,
    ...(facts.pipelineTag === undefined ? {} : { pipeline_tag: facts.pipelineTag }),
    ...(facts.libraryName === undefined ? {} : { library_name: facts.libraryName }),
    ...(facts.config === undefined ? {} : { config: facts.config }),
    ...(facts.cardData === undefined ? {} : { cardData: facts.cardData }),
  };
}

/** The identifying fields and those asked for. */
export function pick(
  info: Readonly<Record<string, unknown>>,
  names: readonly string[],
): Record<string, unknown> {
  return Object.fromEntries(
    ['_id', 'id', ...names].filter((name) => name in info).map((name) => [name, info[name]]),
  );
}

/** The `siblings` field. */
export function siblings(
  repository: Repository,
  commit: Commit,
  viewer: Viewer,
  blobs: boolean,
): Record<string, unknown>[] {
  return [...commit.files.values()].map((file) => {
    if (!blobs) return { rfilename: file.path };
    const lfs = lfsFacts(file, repository, viewer);
    return {
      rfilename: file.path,
      blobId: file.oid,
      size: file.size,
      ...(lfs === undefined
        ? {}
        : { lfs: { sha256: lfs.oid, size: file.size, pointerSize: lfs.pointerSize } }),
    };
  });
}
