type Options = Record<string, unknown>;

/** A connection as it is written, defaults filled in. */
export interface ConnectionEntry {
  name: string;
  type: string;
  endpoint?: string | undefined;
  token?: string | undefined;
  models: string[];
  populateOnUse: boolean;
  redirects?: 'auto' | 'always' | 'never' | undefined;
  quota?: number | undefined;
  proxy?: string | undefined;
  caFile?: string | undefined;
  allowedRedirectHosts?: string[] | undefined;
  options?: Options | undefined;
}

/** The server's part as it is written. */
export interface ServerEntry {
  host?: string | undefined;
  port?: number | undefined;
  allowedHosts?: string[] | undefined;
  publicUrl?: string | undefined;
  anonymous?: 'none' | 'read' | undefined;
  corsOrigins?: string[] | undefined;
  freshSeconds?: number | undefined;
  stopGraceSeconds?: number | undefined;
  peerAddress?: string | false | undefined;
}

/** The storage as it is written. */
export interface StorageEntry {
  backend: string;
  directory?: string | undefined;
  bucket?: string | undefined;
  prefix?: string | undefined;
  region?: string | undefined;
  endpoint?: string | undefined;
  pathStyle?: boolean | undefined;
  accessKeyId?: string | undefined;
  secretAccessKey?: string | undefined;
  caFile?: string | undefined;
  encryption?: 'AES256' | 'aws:kms' | undefined;
  kmsKeyId?: string | undefined;
  publicEndpoint?: string | false | undefined;
  localTier?: { size: number; folder?: string | undefined } | undefined;
  options?: Options | undefined;
}

/** The index as it is written. */
export interface MetadataEntry {
  backend: string;
  file?: string | undefined;
  url?: string | undefined;
  maxConnections?: number | undefined;
  options?: Options | undefined;
}

/** The config file as it is written, defaults filled in. */
export interface ConfigFile {
  home?: string | undefined;
  storage?: StorageEntry | undefined;
  metadata?: MetadataEntry | undefined;
  connections?: ConnectionEntry[] | undefined;
  offline?: boolean | undefined;
  quota?: number | undefined;
  evict?: boolean | undefined;
  fetch?: Record<string, number | undefined> | undefined;
  server?: ServerEntry | undefined;
}

/** What a schema check found, as zod reports it. */
export interface SchemaIssue {
  readonly code: string;
  readonly path: readonly PropertyKey[];
  readonly message: string;
  readonly input?: unknown;
  readonly keys?: readonly string[];
  readonly expected?: unknown;
  readonly minimum?: unknown;
  readonly maximum?: unknown;
  readonly origin?: unknown;
}

/** As much of a JSON Schema as finding the allowed fields takes. */
export interface JsonSchema {
  readonly [keyword: string]: unknown;
  readonly properties?: Readonly<Record<string, JsonSchema>>;
  readonly items?: JsonSchema;
}
