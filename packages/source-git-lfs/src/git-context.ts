import type { HttpClient } from '@modelkeep/http-client';
import type { GitSettings, Identity } from './git-environment.ts';
import type { RemoteAddress } from './remote-address.ts';

/** What every call of one source shares. */
export interface GitContext {
  /** The connection, as messages name it. */
  readonly name: string;
  readonly address: RemoteAddress;
  readonly settings: GitSettings;
  readonly http: HttpClient;
  /** As whom each model is asked for: anybody, where that is enough. */
  readonly identities: Map<string, Identity>;
}

/** What a call is about, for the message of its failure. */
export interface GitSubject {
  readonly modelId: string;
  readonly revision?: string;
}
