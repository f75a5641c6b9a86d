import type { CdnSigner } from '../cdn/cdn-signer.ts';
import type { HubRequest } from '../http/hub-request.ts';
import type { Reply } from '../http/reply.ts';
import type { HubRepositories } from '../repositories/hub-repositories.ts';
import type { Repository } from '../repositories/repository.ts';

/** What a request asks for: the kinds by which faults and logged requests are told apart. */
export type RouteKind =
  | 'info'
  | 'tree'
  | 'paths-info'
  | 'refs'
  | 'commits'
  | 'list'
  | 'whoami'
  | 'auth-check'
  | 'xet-token'
  | 'resolve'
  | 'resolve-cache'
  | 'raw'
  | 'cdn'
  | 'other';

/** What answering needs beside the request. */
export interface HubServices {
  readonly repositories: HubRepositories;
  readonly signer: CdnSigner;
  /** Whether small text is sent gzip-encoded to who accepts that. */
  readonly gzipText: boolean;
}

/** A request to one repository that the viewer may see. */
export interface RepositoryCall {
  readonly request: HubRequest;
  readonly services: HubServices;
  readonly repository: Repository;
  /** What follows the verb in the path, still encoded. */
  readonly rest: string;
}

export type RepositoryRoute = (call: RepositoryCall) => Reply | Promise<Reply>;
