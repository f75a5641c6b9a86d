import type { Readable, Writable } from 'node:stream';
import type { CopyOptions, CopyReport, ModelCache } from '@modelkeep/core';
import type { ModelkeepServer, Users } from '@modelkeep/server';
import type { StoreFacts } from './store-facts.ts';

export interface Output extends Writable {
  readonly isTTY?: boolean;
  readonly columns?: number;
}

interface Input extends Readable {
  readonly isTTY?: boolean;
}

export interface OpenCacheOptions {
  /** Address of the server whose cache it is. Default: the cache of this machine. */
  readonly server?: string;
  readonly config?: string;
  readonly home?: string;
  /** Whether archives will be read or written. */
  readonly archives: boolean;
}

/** The folder whose `hub` is a Hugging Face cache. */
export interface Workspace {
  readonly folder: string;
  /** Whether the store itself is there, and not in a bucket or elsewhere. */
  readonly isStore: boolean;
}

export interface OpenServerOptions extends Pick<OpenCacheOptions, 'config' | 'home'> {
  /** Wins over the config file. */
  readonly host?: string;
  readonly port?: number;
  readonly offline: boolean;
  readonly insecure: boolean;
  readonly accessLog?: { readonly output: (text: string) => void; readonly json: boolean };
  readonly onError: (error: unknown) => void;
}

/** A server that does not listen yet, and its cache. */
export interface OpenedServer {
  readonly server: ModelkeepServer;
  /** The store's folder. */
  readonly home: string;
  /** Where its bytes and its index are. */
  readonly store: StoreFacts;
  /** Whether the admin page is installed. */
  readonly hasPage: boolean;
  /** Closes the cache. The server must have stopped. */
  close(): Promise<void>;
}

/** What commands do with users. */
export type ManagedUsers = Pick<
  Users,
  'list' | 'add' | 'remove' | 'issueToken' | 'listTokens' | 'revokeToken'
>;

/** The users of a store, without its cache. */
export interface OpenedUsers {
  readonly users: ManagedUsers;
  close(): Promise<void>;
}

/** Two stores, the second of which takes a copy of the first. */
export interface OpenedMigration {
  /** Config file or folder of the store that takes the copy. */
  readonly target: string;
  copy(options: Omit<CopyOptions, 'records'>): Promise<CopyReport>;
  close(): Promise<void>;
}

export interface OpenMigrationOptions extends Pick<OpenCacheOptions, 'config' | 'home'> {
  /** Config file (`.yaml`, `.yml` or `.json`) of the store to copy into, or the folder of a plain one; absolute. */
  readonly to: string;
}

/** What the command line needs of the process that it runs in. */
export interface Host {
  readonly env: Readonly<Record<string, string | undefined>>;
  readonly cwd: string;
  readonly stdin: Input;
  readonly stdout: Output;
  readonly stderr: Output;
  /** Aborted when the user wants to stop. */
  readonly signal: AbortSignal;
  openCache(options: OpenCacheOptions): Promise<ModelCache>;
  /** Where this machine's cache lays models out. */
  findWorkspace(options: Pick<OpenCacheOptions, 'config' | 'home'>): Promise<Workspace>;
  openServer(options: OpenServerOptions): Promise<OpenedServer>;
  openMigration(options: OpenMigrationOptions): Promise<OpenedMigration>;
  openUsers(options: Omit<OpenCacheOptions, 'archives'>): Promise<OpenedUsers>;
}
