import type { FetchTuning, Redirects } from '@modelkeep/core';

/** Where blobs are kept: the built-in `local` or `s3`, or a package that exports `createStorage`. */
export interface StorageConfig {
  readonly backend: string;
  /** Folder of `local`, absolute. */
  readonly directory: string;
  /** The bucket of `s3`. */
  readonly s3?: S3Config;
  /** Bounds what of a storage that lies elsewhere is on this machine's disk. */
  readonly localTier?: LocalTierConfig;
  /** What a package's factory is called with. */
  readonly options?: Readonly<Record<string, unknown>>;
}

export interface LocalTierConfig {
  /** Folder of partial files, contents and checkouts, absolute. */
  readonly folder: string;
  readonly maxBytes: number;
}

/** A bucket; what is absent has the backend's own default. */
export interface S3Config {
  readonly bucket: string;
  readonly prefix?: string;
  readonly region?: string;
  readonly endpoint?: string;
  readonly pathStyle?: boolean;
  /** A function, so that no printer or serializer shows them. */
  readonly credentials?: () => { readonly accessKeyId: string; readonly secretAccessKey: string };
  /** PEM file with authorities to trust beside the usual ones, absolute. */
  readonly caFile?: string;
  readonly encryption?: { readonly type: 'AES256' | 'aws:kms'; readonly kmsKeyId?: string };
  readonly publicEndpoint?: string | false;
}

/** Where the index is kept: the built-in `sqlite` or `postgres`, or a package that exports `createMetadataStore`. */
export interface MetadataConfig {
  readonly backend: string;
  /** Database file of `sqlite`, absolute. */
  readonly file: string;
  /** Address of `postgres`: a function, as it may carry a password. */
  readonly url?: () => string;
  /** Most connections to `postgres`. */
  readonly maxConnections?: number;
  /** What a package's factory is called with. */
  readonly options?: Readonly<Record<string, unknown>>;
}

/** A named upstream, with every reference resolved. */
export interface ConnectionConfig {
  readonly name: string;
  /** The built-in `hub` or `git`, or a package that exports `createModelSource`. */
  readonly type: string;
  /** Absent for a package that needs none. */
  readonly endpoint?: string;
  /** The access token. A function, so that no printer or serializer shows it. */
  readonly token?: () => string;
  /** Globs over model ids that the connection enables. */
  readonly models: readonly string[];
  readonly populateOnUse: boolean;
  /** Who is sent to the storage for large files, where it gives out addresses. */
  readonly redirects?: Redirects;
  /** Most bytes of what came through it. */
  readonly quotaBytes?: number;
  /** The proxy's address: a function, as it may carry a password. `false`: none. Default: as the environment says. */
  readonly proxy?: (() => string) | false;
  /** PEM file with authorities to trust beside the usual ones, absolute. */
  readonly caFile?: string;
  /** Hosts beyond the endpoint's that may be asked for files. Default: any that is as public as the endpoint. */
  readonly allowedRedirectHosts?: readonly string[];
  /** True for the connection of a set-up without a config file, which also uses the token of `hf auth login`. */
  readonly fromEnvironment?: boolean;
  /** What a package's factory is called with. */
  readonly options?: Readonly<Record<string, unknown>>;
}

/** How `modelkeep serve` serves; what is absent has the server's own default. */
export interface ServerConfig {
  readonly host?: string;
  readonly port?: number;
  readonly allowedHosts?: readonly string[];
  /** Without a slash at its end. */
  readonly publicUrl?: string;
  readonly anonymous?: 'none' | 'read';
  readonly corsOrigins?: readonly string[];
  readonly freshSeconds?: number;
  readonly stopGraceSeconds?: number;
  /** Without a slash at its end; false if other servers of the store shall not read what this one fetches. */
  readonly peerAddress?: string | false;
}

/** A checked configuration: every path absolute, every default filled in, every reference resolved. */
export interface ModelkeepConfig {
  /** The config file that was read, absolute; absent if there is none. */
  readonly file?: string;
  readonly home: string;
  readonly storage: StorageConfig;
  readonly metadata: MetadataConfig;
  /** In order: the first that enables a model serves it. */
  readonly connections: readonly ConnectionConfig[];
  /** Never touch a source. */
  readonly offline: boolean;
  /** Most bytes of the store. */
  readonly quotaBytes?: number;
  /** Whether models are evicted so that others fit. */
  readonly evict: boolean;
  readonly fetch: FetchTuning;
  readonly server: ServerConfig;
  /** Fields that the config file has, but for those of lists: `quota`, `server.port`. */
  readonly written: ReadonlySet<string>;
  /** Where a field stands, for messages: `/etc/modelkeep.yaml:4:3: connections[0].type`. */
  readonly where: (path: FieldPath) => string;
}

/** Names and indexes from the top of the config file to a field. */
export type FieldPath = readonly (string | number)[];

export type Environment = Readonly<Record<string, string | undefined>>;

export interface LoadConfigOptions {
  /** Config file that must exist, relative to `cwd`. Default: `MODELKEEP_CONFIG`, else `config.yaml` in the home folder if it is there. */
  readonly file?: string;
  /** The store's folder, relative to `cwd`. Default: `MODELKEEP_HOME`, else `home` of the config file, else the platform's data folder. */
  readonly home?: string;
  /** Default: `process.env`. */
  readonly env?: Environment;
  /** Default: the working directory. */
  readonly cwd?: string;
}
