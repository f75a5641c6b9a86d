import type { Generated } from 'kysely';

/** A flag as 0 or 1, which both dialects keep and compare alike. */
type Flag = 0 | 1;

export interface EntriesTable {
  key: string;
  /** {@link sortKey} of the key. */
  sort_key: string;
  model_id: string;
  revision: string;
  commit_hash: string;
  /** JSON. */
  metadata: string;
  connection: string | null;
  downloaded_by: string;
  download_date: number;
  last_used_by: string | null;
  last_used: number | null;
  pinned: Flag;
}

interface SnapshotsTable {
  id: Generated<number>;
  model_id: string;
  /** The model id in lower case. */
  folded_id: string;
  commit_hash: string;
  derived: Flag;
  created_at: number;
  size_in_bytes: number;
  file_count: number;
  omitted_count: number;
}

export interface SnapshotFilesTable {
  snapshot_id: number;
  path: string;
  size: number;
  digest: string | null;
  git_oid: string | null;
  lfs: Flag;
  /** 0 for a file that was left out. */
  kept: Flag;
}

export interface BlobsTable {
  digest: string;
  size: number;
  git_oid: string | null;
  receipt: string;
  verified_at: number;
  noted_at: number;
  deleting: Flag;
  /** Token at which it was forgotten; until then null. `noted_at` is the time of it. */
  forgotten: number | null;
}

export interface LeasesTable {
  key: string;
  owner: string;
  token: number;
  granted_at: number;
  expires_at: number;
  bytes: number;
  taken_over: string | null;
  /** {@link LeaseHolders.self} of the process that holds it. */
  holder: string | null;
  address: string | null;
  connection: string | null;
  /** JSON: id and size of each content that is added. */
  contents: string | null;
}

interface RecordsTable {
  collection: string;
  id: string;
  /** {@link sortKey} of the id. */
  sort_key: string;
  /** JSON. */
  value: string;
  updated_at: number;
}

interface CountersTable {
  name: string;
  value: number;
}

interface SchemaVersionTable {
  version: number;
}

export interface Tables {
  entries: EntriesTable;
  snapshots: SnapshotsTable;
  snapshot_files: SnapshotFilesTable;
  blobs: BlobsTable;
  leases: LeasesTable;
  records: RecordsTable;
  counters: CountersTable;
  schema_version: SchemaVersionTable;
}

/** Sorts by UTF-8 bytes as `text` sorts by UTF-16 code unit. */
export function sortKey(text: string): string {
  return text.replace(/[\uE000-\uFFFF]/g, '\u{10FFFF}$&');
}
