import type { HttpClient } from '@modelkeep/http-client';
import type { HubAddress } from './hub-address.ts';

/** What every call of one source shares. */
export interface HubContext {
  readonly http: HttpClient;
  readonly address: HubAddress;
  /** The connection, as messages name it. */
  readonly name: string;
  /** The access token now in use; undefined if anonymous. */
  token(): string | undefined;
}

/** What a request is about, for the message of its failure. */
export interface HubSubject {
  readonly modelId: string;
  readonly revision?: string;
  readonly path?: string;
}
