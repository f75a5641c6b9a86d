/** Texts of `.git/` that name the commit: all of `.git` that is ever looked at. */
export const GIT_TEXT: RegExp =
  /^(?:HEAD|packed-refs|refs\/heads\/.+|refs\/tags\/upstream-[0-9a-f]{40})$/;

const COMMIT = /^[0-9a-f]{40}$/;
/** The tag by which a clone from a Modelkeep server says which upstream commit its files are of. */
const UPSTREAM = /^refs\/tags\/upstream-([0-9a-f]{40})$/;

function packedCommit(packed: string | undefined, ref: string): string | undefined {
  for (const line of packed?.split('\n') ?? []) {
    const [commit, name] = line.trim().split(' ');
    if (name === ref && commit !== undefined && COMMIT.test(commit)) return commit;
  }
  return undefined;
}

/** The commit that `HEAD` names. */
function headCommit(texts: ReadonlyMap<string, string>): string | undefined {
  const head = texts.get('HEAD')?.trim();
  if (head === undefined) return undefined;
  if (COMMIT.test(head)) return head;
  const ref = /^ref: (refs\/heads\/\S+)$/.exec(head)?.[1];
  if (ref === undefined) return undefined;
  const loose = texts.get(ref)?.trim();
  return loose !== undefined && COMMIT.test(loose)
    ? loose
    : packedCommit(texts.get('packed-refs'), ref);
}

function upstreamOf(commit: string, texts: ReadonlyMap<string, string>): string | undefined {
  const packed = (texts.get('packed-refs') ?? '').split('\n').map((line) => line.trim().split(' '));
  for (const [id = '', name = ''] of [...packed, ...[...texts].map(([name, id]) => [id, name])]) {
    const upstream = UPSTREAM.exec(name)?.[1];
    if (upstream !== undefined && id.trim() === commit) return upstream;
  }
  return undefined;
}

/**
 * The commit of a clone, from the texts of `.git/` (path within it to text): the one that `HEAD` names, or the upstream's
 * own where a Modelkeep server made that one from its files. Nothing there is run or obeyed.
 */
export function commitOfGitFolder(texts: ReadonlyMap<string, string>): string | undefined {
  const commit = headCommit(texts);
  return commit === undefined ? undefined : (upstreamOf(commit, texts) ?? commit);
}
