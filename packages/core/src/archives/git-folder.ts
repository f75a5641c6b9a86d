/** Texts of `.git/` that name the commit: all of `.git` that is ever looked at. */
export const GIT_TEXT: RegExp = /^(?:HEAD|packed-refs|refs\/heads\/.+)$/;

const COMMIT = /^[0-9a-f]{40}$/;

function packedCommit(packed: string | undefined, ref: string): string | undefined {
  for (const line of packed?.split('\n') ?? []) {
    const [commit, name] = line.trim().split(' ');
    if (name === ref && commit !== undefined && COMMIT.test(commit)) return commit;
  }
  return undefined;
}

/** The commit that `.git/HEAD` names, from the texts of `.git/` (path within it to text). Nothing there is run or obeyed. */
export function commitOfGitFolder(texts: ReadonlyMap<string, string>): string | undefined {
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
