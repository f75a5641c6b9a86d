import { ModelkeepError, type ResolvedModel, readModelCard } from '@modelkeep/core/spi';
import type { Commit, Commits } from './commits.ts';
import type { GitContext } from './git-context.ts';
import { listRefs, type RemoteRefs } from './list-refs.ts';
import { blobText } from './read-blobs.ts';

const COMMIT = /^[0-9a-f]{40}$/;
/** What git takes for no name of a ref, or for a pattern. */
const NO_NAME = /[\p{Cc} ~^:?*[\\]|\.\.|@\{|\/\/|^[-/.]|\/\.|\.lock(?:\/|$)|[./]$|^@$|^$/u;
const DEFAULT_REVISION = 'main';
const CARD = 'README.md';
const MOST_CARD_BYTES = 256 * 1024;

/** Finds out what a revision is now, and fetches what git keeps of it. */
export async function resolveModel(
  context: GitContext,
  commits: Commits,
  modelId: string,
  revision: string,
  signal: AbortSignal | undefined,
): Promise<ResolvedModel> {
  signal?.throwIfAborted();
  const { id, ref } = COMMIT.test(revision)
    ? { id: revision, ref: undefined }
    : await findRef(context, commits, modelId, revision, signal);
  const commit = await commits.get(modelId, id, ref, signal);
  const { lastModified, ...card } = await readFacts(commit, id, signal);
  return {
    modelId,
    commit: id,
    ...(lastModified === undefined ? {} : { lastModified }),
    ...card,
    gated: false,
    private: context.identities.get(modelId) === 'known',
    url: context.address.page(modelId, revision),
  };
}

async function findRef(
  context: GitContext,
  commits: Commits,
  modelId: string,
  revision: string,
  signal: AbortSignal | undefined,
): Promise<{ readonly id: string; readonly ref: string }> {
  const absent = new ModelkeepError(
    'revision-not-found',
    `${modelId} has no revision ${JSON.stringify(revision)} on ${context.address.host}`,
    { details: { modelId, revision } },
  );
  const isName = !NO_NAME.test(revision);
  const names = isName ? namesOf(revision) : ['HEAD'];
  const refs = await commits.asking(modelId, () =>
    listRefs(context, { modelId, revision }, names, signal),
  );
  const ref = isName ? chooseRef(refs, revision) : undefined;
  const id = ref === undefined ? undefined : (refs.get(`${ref}^{}`) ?? refs.get(ref));
  if (ref === undefined || id === undefined) throw absent;
  return { id, ref };
}

function namesOf(revision: string): readonly string[] {
  const full = revision.startsWith('refs/')
    ? [revision]
    : [`refs/heads/${revision}`, `refs/tags/${revision}`, `refs/tags/${revision}^{}`];
  return revision === DEFAULT_REVISION ? [...full, 'HEAD'] : full;
}

/** Whoever is silent means `main`, or whatever the remote has in its place. */
function chooseRef(refs: RemoteRefs, revision: string): string | undefined {
  const names = [...namesOf(revision), ...(revision === DEFAULT_REVISION ? ['HEAD'] : [])];
  return names.find((name) => refs.has(name));
}

type Facts = Pick<ResolvedModel, 'lastModified' | 'libraryName' | 'pipelineName' | 'tags'>;

async function readFacts(
  { repository, files }: Commit,
  id: string,
  signal: AbortSignal | undefined,
): Promise<Facts> {
  const chunks = await Array.fromAsync(repository.read(['cat-file', 'commit', id], signal));
  const seconds = /^committer .* (\d{1,12}) [+-]\d{4}$/m.exec(
    Buffer.concat(chunks).toString(),
  )?.[1];
  const card = files.get(CARD);
  const readme =
    card === undefined || card.file.lfs
      ? ''
      : await blobText(repository, card.blob, MOST_CARD_BYTES, signal);
  return {
    ...(seconds === undefined
      ? {}
      : { lastModified: new Date(Number(seconds) * 1000).toISOString() }),
    ...(await readModelCard(readme)),
  };
}
