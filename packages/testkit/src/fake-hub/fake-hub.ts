import type { TokenInput } from './access/tokens.ts';
import type { FaultRegistry } from './faults/fault-registry.ts';
import type { ConnectionCounts } from './observing/counters.ts';
import type { RequestRecord } from './observing/request-log.ts';
import type { CommitInput, ModelInput } from './repositories/model-input.ts';

export interface FakeHubOptions {
  /** Default: `127.0.0.1`. */
  readonly host?: string;
  /** Default: any free port. */
  readonly port?: number;
  /** Port of the CDN. Default: any free port. */
  readonly cdnPort?: number;
  /** A path that the Hub lives under: `/hub`. Default: none. */
  readonly prefix?: string;
  /** Body bytes per second on each connection, of the Hub and of the CDN. Default: no limit. */
  readonly bytesPerSecond?: number;
  /** Wait before each answer, in milliseconds. Default: 0. */
  readonly latencyMs?: number;
  /** How long a signed URL works, in milliseconds. Default: one hour. */
  readonly urlLifetimeMs?: number;
  /** Whether answers carry Xet hints for LFS files, as the real Hub's do. No CAS stands behind them. Default: false. */
  readonly xet?: boolean;
  /** Whether small text files are sent gzip-encoded to clients that accept it, as the real Hub may. Default: true. */
  readonly gzipText?: boolean;
  /** How many requests are kept. Default: 50,000. */
  readonly requestLimit?: number;
}

/** Who may see a model. */
export interface AccessChange {
  readonly private?: boolean;
  readonly gated?: false | 'auto' | 'manual';
  readonly disabled?: boolean;
}

/** The origin that LFS files come from. */
export interface FakeCdn {
  readonly url: string;
  /** Whether any request came with an Authorization header: an access token that leaked. */
  readonly authorizationSeen: boolean;
  /** How many signed URLs were issued. */
  readonly issuedUrls: number;
  readonly connections: ConnectionCounts;
  /** Makes every URL issued so far an expired one. */
  expireIssuedUrls(): void;
  setUrlLifetime(ms: number): void;
  stop(): Promise<void>;
  restart(): Promise<void>;
}

/** A Hub on this machine, with a CDN on a second origin. Disposing of it stops both. */
export interface FakeHub extends AsyncDisposable {
  /** What `HF_ENDPOINT` is set to: no slash at the end. */
  readonly url: string;
  readonly cdn: FakeCdn;
  readonly faults: FaultRegistry;
  readonly connections: ConnectionCounts;
  /** Requests to both origins since the last reset, oldest first. */
  readonly requests: readonly RequestRecord[];

  /** Serves a model and returns the id of its first commit. Replaces a model of the same id. */
  addModel(input: ModelInput): Promise<string>;
  /** Serves the files below a folder, `.git` left out, from where they are. Returns the id of the commit. */
  addModelFromFolder(
    id: string,
    folder: string,
    facts?: Omit<ModelInput, 'id' | 'files'>,
  ): Promise<string>;
  /** Makes a commit on a branch and returns its id. Errors: `invalid-argument` if there is no such model. */
  commit(id: string, input: CommitInput): Promise<string>;
  /** Sets a git tag. Errors: `invalid-argument` if there is no such model or revision. */
  tag(id: string, name: string, revision: string): void;
  /** Gives a model another id; the old one redirects. Errors: `invalid-argument` if there is no such model. */
  rename(from: string, to: string): void;
  removeModel(id: string): void;
  /** Changes who may see a model. Errors: `invalid-argument` if there is no such model. */
  setAccess(id: string, change: AccessChange): void;

  addToken(token: string, input?: TokenInput): void;
  removeToken(token: string): void;

  /**
   * Bytes of file bodies that went out, of all files or of those whose path or `<model id>/<path>` fits a glob.
   * HEAD and API answers do not count.
   */
  bodyBytes(glob?: string): number;
  /** The same by `<model id>/<path>`. */
  bytesByFile(): Record<string, number>;
  /** Forgets requests, bytes, connections counted and tokens seen. */
  resetCounters(): void;

  /** Takes both origins down: connections break, new ones are refused. */
  stop(): Promise<void>;
  /** Brings both back on the same ports, everything served as before. */
  restart(): Promise<void>;
}
