import type { AuditLog } from '../audit/audit-log.ts';
import { type Answer, bodyAnswer } from '../http/answer.ts';
import { createDispatcher, type Dispatcher } from './dispatch.ts';
import { describeRoutes } from './open-api.ts';
import type { Route } from './route.ts';
import { administrationRoutes } from './routes/administration.ts';
import { archiveRoutes } from './routes/archives.ts';
import { auditRoutes } from './routes/audit.ts';
import { connectionRoutes } from './routes/connections.ts';
import { facetRoutes } from './routes/facets.ts';
import { jobRoutes } from './routes/jobs.ts';
import { modelFileRoutes } from './routes/model-files.ts';
import { modelRoutes } from './routes/models.ts';
import { overviewRoutes } from './routes/overview.ts';
import { previewRoutes } from './routes/previews.ts';
import { sessionRoutes } from './routes/sessions.ts';
import { snapshotRoutes } from './routes/snapshots.ts';
import { uploadRoutes } from './routes/uploads.ts';
import { userRoutes } from './routes/users.ts';
import { workRoutes } from './routes/work.ts';
import type { Services } from './services.ts';

export interface ApiOptions {
  readonly services: Services;
  readonly audit: AuditLog;
  readonly onError: (error: unknown) => void;
  readonly onChange: () => void;
}

/** The API: its routes, and what describes them. */
export interface Api {
  readonly routes: readonly Route[];
  readonly dispatch: Dispatcher;
  /** The OpenAPI document. `base` is where clients find the API. */
  describe(base: string): Answer;
}

export function createApi({ services, audit, onError, onChange }: ApiOptions): Api {
  const routes = [
    ...overviewRoutes(services),
    ...modelRoutes(services),
    ...facetRoutes(services),
    ...modelFileRoutes(services),
    ...archiveRoutes(services),
    ...snapshotRoutes(services),
    ...previewRoutes(services),
    ...workRoutes(services),
    ...uploadRoutes(services),
    ...jobRoutes(services),
    ...sessionRoutes(services),
    ...userRoutes(services),
    ...connectionRoutes(services),
    ...auditRoutes(services),
    ...administrationRoutes(services),
  ];
  return {
    routes,
    dispatch: createDispatcher({ routes, audit, onError, onChange }),
    describe(base) {
      const text = JSON.stringify(describeRoutes(routes, base, services.version));
      return bodyAnswer(text, 'application/json; charset=utf-8', 200, {});
    },
  };
}
