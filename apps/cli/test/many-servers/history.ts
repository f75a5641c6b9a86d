import { type ModelFiles, sha256 } from '../support/model-files.ts';

/** What one model was over time: its commits in the order in which its branch moved. */
export interface ModelHistory {
  readonly id: string;
  readonly commits: readonly string[];
  /** Commits that somebody was told are stored. */
  readonly acknowledged: ReadonlySet<string>;
  /** Digests of files that somebody got whole: they are stored by then. */
  readonly kept: ReadonlySet<string>;
  /** What must not have happened. */
  readonly violations: readonly string[];
  readonly reads: number;

  moved(commit: string, files: ModelFiles): void;
  /** The newest commit that was acknowledged so far, as an index; -1 without one. */
  newest(): number;
  acknowledge(commit: string): void;
  /** A body that came whole. */
  gotWhole(commit: string, path: string, body: Uint8Array): void;
  /** `main` was this commit for one who asked when {@link newest} was `since`. */
  sawMain(commit: string, since: number, by: string): void;
  violated(what: string): void;
}

export function modelHistory(id: string): ModelHistory {
  const commits: string[] = [];
  const digests = new Map<string, Readonly<Record<string, string>>>();
  const acknowledged = new Set<string>();
  const kept = new Set<string>();
  const violations: string[] = [];
  let reads = 0;
  return {
    id,
    commits,
    acknowledged,
    kept,
    violations,
    get reads() {
      return reads;
    },
    moved(commit, files) {
      commits.push(commit);
      const entries = Object.entries(files).map(([path, bytes]) => [path, sha256(bytes)] as const);
      digests.set(commit, Object.fromEntries(entries));
    },
    newest: () => Math.max(-1, ...[...acknowledged].map((commit) => commits.indexOf(commit))),
    acknowledge: (commit) => void acknowledged.add(commit),
    gotWhole(commit, path, body) {
      reads += 1;
      const digest = sha256(body);
      const expected = digests.get(commit)?.[path];
      if (digest !== expected)
        violations.push(`${path}@${commit}: a whole body of ${body.length} bytes is ${digest}`);
      else kept.add(digest);
    },
    sawMain(commit, since, by) {
      const index = commits.indexOf(commit);
      if (index < since)
        violations.push(`main was commit ${index} at ${by} after ${since} was acknowledged`);
    },
    violated: (what) => void violations.push(what),
  };
}
