import type { Connection, ModelCache } from '@modelkeep/core';
import type { MetadataStore, ModelSource } from '@modelkeep/core/spi';
import type { ServerPeers } from './peers/create-peers.ts';

/** What a request without a token may do once there are users. */
export type AnonymousAccess = 'none' | 'read';

/** As much of a metadata store as a server needs. */
export type ServerMetadata = Pick<
  MetadataStore,
  | 'getRecord'
  | 'putRecord'
  | 'removeRecord'
  | 'listRecords'
  | 'acquireLeases'
  | 'renewLeases'
  | 'releaseLeases'
  | 'listLeases'
>;

export interface ServerOptions {
  readonly cache: ModelCache;
  /** Where users, tokens, jobs and the audit log are kept: the metadata store of the cache. */
  readonly metadata: ServerMetadata;
  /** The cache's own sources, to show and to test. Default: none. */
  readonly sources?: readonly (ModelSource | Connection)[];
  /** What `createPeers` gave, and the cache was given as well: other servers of the store read what is fetched here. Default: they do not. */
  readonly peers?: ServerPeers;
  /** Folder for archives that are being uploaded. Default: uploads are refused. */
  readonly uploads?: string;
  /** Folder of the built admin page, served at `/-/`. Default: there is no page. */
  readonly adminFolder?: string;
  /** Address to listen at. Default: `127.0.0.1`. */
  readonly host?: string;
  /** Port to listen at; 0 for any that is free. Default: 8080. */
  readonly port?: number;
  /** Names under which clients may ask, beside `localhost`, addresses and this machine's name; `*` for any. */
  readonly allowedHosts?: readonly string[];
  /** Address under which clients know the server, where a proxy stands before it: `https://models.example/hub`. */
  readonly publicUrl?: string;
  /** What a request without a token may do once there are users. Default: `none`. */
  readonly anonymous?: AnonymousAccess;
  /** Origins of web pages that may read models; `*` for any. Default: none. */
  readonly corsOrigins?: readonly string[];
  /** Listen beyond this machine although there is no user. Default: false. */
  readonly insecure?: boolean;
  /** How long requests may go on once the server stops, ms. Default: 30000. */
  readonly stopGraceMs?: number;
  /** Where a line a request goes, and in which form. Default: nowhere. */
  readonly accessLog?: { readonly output: (text: string) => void; readonly json?: boolean };
  /** More to show among the settings: how the cache was opened. Never a secret. */
  readonly about?: Readonly<Record<string, unknown>>;
  /** Told of each failure that is no client's fault. */
  readonly onError?: (error: unknown) => void;
}
