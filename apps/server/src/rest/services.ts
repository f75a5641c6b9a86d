import type { ModelCache } from '@modelkeep/core';
import type { Access } from '../access/access.ts';
import type { Users } from '../access/users.ts';
import type { AuditLog } from '../audit/audit-log.ts';
import type { ConnectionFacts } from '../connections/connection-facts.ts';
import type { Jobs } from '../jobs/jobs.ts';
import type { ModelIndex } from '../models/model-index.ts';
import type { Uses } from '../models/uses.ts';
import type { OverviewOf } from '../overview/create-overview.ts';
import type { TrafficLog } from '../traffic/traffic-log.ts';
import type { UploadServer } from '../uploads/upload-server.ts';

/** What the routes of the API work with. */
export interface Services {
  readonly cache: ModelCache;
  readonly users: Users;
  readonly access: Access;
  readonly models: ModelIndex;
  readonly uses: Uses;
  readonly overview: OverviewOf;
  readonly traffic: TrafficLog;
  readonly audit: AuditLog;
  readonly jobs: Jobs;
  readonly uploads: Pick<UploadServer, 'list'>;
  readonly connections: readonly ConnectionFacts[];
  /** The settings in force, as they are shown. */
  readonly settings: Readonly<Record<string, unknown>>;
  readonly version: string;
}
