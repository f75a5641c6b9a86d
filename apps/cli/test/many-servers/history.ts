import { type ModelFiles, sha256 } from '../support/model-files.ts';

/** What one model was over time: its commits in the order in which its branch moved. Times are `performance.now`. */
export interface ModelHistory {
  readonly id: string;
  readonly commits: readonly string[];
  /** Commits that somebody was told are stored. */
  readonly acknowledged: ReadonlyMap<string, unknown>;
  /** What must not have happened. */
  readonly violations: readonly string[];
  readonly reads: number;
  /** Commits that were evicted, and stored again. */
  readonly fetchedAnew: number;

  moved(commit: string, files: ModelFiles): void;
  /** The newest commit that was acknowledged so far, as an index; -1 without one. */
  newest(): number;
  /** It is stored, as somebody was told who did not know it yet at `since`. */
  acknowledge(commit: string, since: number): void;
  /** A body that came whole; it was asked for at `since`. */
  gotWhole(commit: string, path: string, body: Uint8Array, since: number): void;
  /** `main` was this commit for one who asked when {@link newest} was `newest`. */
  sawMain(commit: string, newest: number, by: string): void;
  /** A commit that may have been evicted until now; by default all of them. */
  evicted(commit?: string): void;
  /** From now on all of them may be evicted, until {@link evictionsEnded}. */
  mayBeEvicted(): void;
  evictionsEnded(): void;
  /** Commits that were stored after the last eviction that may have taken them had ended. */
  mustBeThere(): readonly string[];
  /** The server that was storing these died: what was read of it until now may be gone. */
  mayBeLost(digests: readonly string[]): void;
  /** Digests of files that somebody got whole after such an eviction: they are stored by then. */
  mustBeKept(): ReadonlySet<string>;
  violated(what: string): void;
}

/** The later of two times under one key. */
function noteLatest<Key>(times: Map<Key, number>, key: Key, time: number): void {
  times.set(key, Math.max(times.get(key) ?? time, time));
}

export function modelHistory(id: string): ModelHistory {
  const commits: string[] = [];
  const digests = new Map<string, Readonly<Record<string, string>>>();
  const acknowledged = new Map<string, number>();
  const kept = new Map<string, Map<string, number>>();
  const evicted = new Map<string, number>();
  const lost = new Map<string, number>();
  const anew = new Set<string>();
  const violations: string[] = [];
  let reads = 0;
  let isEvicting = false;
  const outlasts = (since: number, commit: string): boolean =>
    !isEvicting && since >= (evicted.get(commit) ?? 0);
  function noteEvicted(gone: readonly string[]): void {
    for (const commit of gone) evicted.set(commit, performance.now());
  }
  return {
    id,
    commits,
    acknowledged,
    violations,
    get reads() {
      return reads;
    },
    moved(commit, files) {
      commits.push(commit);
      const entries = Object.entries(files).map(([path, bytes]) => [path, sha256(bytes)] as const);
      digests.set(commit, Object.fromEntries(entries));
    },
    newest: () =>
      Math.max(-1, ...[...acknowledged.keys()].map((commit) => commits.indexOf(commit))),
    get fetchedAnew() {
      return anew.size;
    },
    acknowledge(commit, since) {
      noteLatest(acknowledged, commit, since);
      if (evicted.has(commit) && outlasts(since, commit)) anew.add(commit);
    },
    gotWhole(commit, path, body, since) {
      reads += 1;
      const digest = sha256(body);
      const expected = digests.get(commit)?.[path];
      if (digest !== expected) {
        violations.push(`${path}@${commit}: a whole body of ${body.length} bytes is ${digest}`);
        return;
      }
      const ofCommit = kept.get(commit) ?? new Map<string, number>();
      kept.set(commit, ofCommit);
      noteLatest(ofCommit, digest, since);
    },
    sawMain(commit, newest, by) {
      const index = commits.indexOf(commit);
      if (index < newest)
        violations.push(`main was commit ${index} at ${by} after ${newest} was acknowledged`);
    },
    evicted: (commit) => noteEvicted(commit === undefined ? commits : [commit]),
    mayBeEvicted() {
      isEvicting = true;
    },
    evictionsEnded() {
      if (isEvicting) noteEvicted(commits);
      isEvicting = false;
    },
    mustBeThere: () =>
      [...acknowledged].filter(([commit, since]) => outlasts(since, commit)).map(([one]) => one),
    mayBeLost(gone) {
      for (const digest of gone) lost.set(digest, performance.now());
    },
    mustBeKept() {
      const isStored = (digest: string, since: number): boolean => since >= (lost.get(digest) ?? 0);
      const found = [...kept].flatMap(([commit, ofCommit]) =>
        [...ofCommit].filter(
          ([digest, since]) => outlasts(since, commit) && isStored(digest, since),
        ),
      );
      return new Set(found.map(([digest]) => digest));
    },
    violated: (what) => void violations.push(what),
  };
}
