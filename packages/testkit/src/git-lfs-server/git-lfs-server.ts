import type { FileInput } from '../fake-hub/content/file-input.ts';
import type { LfsRule } from '../fake-hub/repositories/lfs.ts';

export interface GitLfsServerOptions {
  /** Default: `127.0.0.1`. */
  readonly host?: string;
  /** Default: any free port. */
  readonly port?: number;
  /** Address by which clients reach it, where something stands before it. Default: its own. */
  readonly publicUrl?: string;
  /** Password that git must give (any user name), as it gives an access token to the Hub. Default: everybody may read. */
  readonly accessToken?: string;
  /** Most bytes a second of each git-lfs content that is sent, as of one connection to a CDN. Default: no limit. */
  readonly bytesPerSecond?: number;
}

/** What goes wrong. */
export interface GitLfsFaults {
  /** Every answer is this one. */
  readonly answer?: {
    readonly status: number;
    readonly headers?: Readonly<Record<string, string>>;
  };
  /** Each git-lfs content breaks off after so many bytes. */
  readonly cutAfter?: number;
  /** Each git-lfs content gives nothing more after so many bytes. */
  readonly stallAfter?: number;
  /** This byte of each git-lfs content is another. */
  readonly corruptAt?: number;
}

/** A repository to serve. */
export interface GitModelInput {
  /** `org/name`, or a bare `name`. */
  readonly id: string;
  /** Content by path. Without a `.gitattributes` of its own the repository gets one that names its git-lfs files. */
  readonly files: Readonly<Record<string, FileInput>>;
  /** Which files are kept by git-lfs. Default: more than 10 MiB, or a weights extension. */
  readonly lfs?: LfsRule;
  /** Date of the commit. Default: 2025-01-01T00:00:00.000Z. */
  readonly date?: string;
  /** More branches at the commit, beside `main`. */
  readonly branches?: readonly string[];
  readonly gitTags?: readonly string[];
}

/** Real git repositories over smart HTTP, large files by git-lfs, read-only. Disposing of it stops the server. */
export interface GitLfsServer extends AsyncDisposable {
  /** No slash at the end; a repository is at `<url>/<id>`, with or without `.git`. */
  readonly url: string;
  /** Bytes of git-lfs contents that went out. */
  readonly objectBytes: number;
  /** Bytes of packs and listings of refs that went out. */
  readonly gitBytes: number;
  /** Requests whose answers have not ended. */
  readonly openRequests: number;
  /** `GET /org/name.git/info/refs` of each request, oldest first. */
  readonly requests: readonly string[];
  /** From now on, in place of what went wrong before. */
  setFaults(faults: GitLfsFaults): void;
  /** Breaks every connection off and refuses new ones. */
  stop(): Promise<void>;
  /** Serves a repository with one commit and returns its id. Errors: git's own, if it is not installed or refuses a name. */
  addModel(input: GitModelInput): Promise<string>;
  /** Adds a commit to `main` whose files are just these, and returns its id. */
  commit(input: Omit<GitModelInput, 'branches' | 'gitTags'>): Promise<string>;
  /** The bare repository of a model, to make of it what one should not: git is run there with these arguments. */
  git(id: string, args: readonly string[], input?: string): Promise<string>;
  /** Folder of the repositories: `file://<folder>` is a remote of them without a server. */
  readonly folder: string;
  /** The same with the files below a folder, `.git` left out, from where they are. */
  addModelFromFolder(
    id: string,
    folder: string,
    facts?: Omit<GitModelInput, 'id' | 'files'>,
  ): Promise<string>;
  /** Takes a git-lfs content away, as if it had never been uploaded; by its sha256. */
  removeObject(sha256: string): void;
}
