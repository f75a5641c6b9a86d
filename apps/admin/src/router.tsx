import {
  createRootRoute,
  createRoute,
  createRouter,
  lazyRouteComponent,
} from '@tanstack/react-router';
import { pageBase } from './api/api-base.ts';
import { parseAuditSearch } from './pages/audit/audit-search.ts';
import { parseJobsSearch } from './pages/jobs/jobs-search.ts';
import { parseModelSearch } from './pages/model/model-search.ts';
import { parseModelsSearch } from './pages/models/models-search.ts';
import { NotFoundPage, PageError, PagePending } from './shell/page-states.tsx';
import { Root } from './shell/root.tsx';
import { parseSearch, stringifySearch } from './shell/search-params.ts';

const root = createRootRoute({ component: Root, notFoundComponent: NotFoundPage });

const overview = createRoute({
  getParentRoute: () => root,
  path: '/',
  component: lazyRouteComponent(() => import('./pages/overview/overview-page.tsx'), 'OverviewPage'),
});
const models = createRoute({
  getParentRoute: () => root,
  path: '/models',
});
const modelList = createRoute({
  getParentRoute: () => models,
  path: '/',
  validateSearch: parseModelsSearch,
  component: lazyRouteComponent(() => import('./pages/models/models-page.tsx'), 'ModelsPage'),
});
const model = createRoute({
  getParentRoute: () => models,
  path: '$',
  validateSearch: parseModelSearch,
  component: lazyRouteComponent(() => import('./pages/model/model-page.tsx'), 'ModelPage'),
});
const jobs = createRoute({
  getParentRoute: () => root,
  path: '/jobs',
});
const jobList = createRoute({
  getParentRoute: () => jobs,
  path: '/',
  validateSearch: parseJobsSearch,
  component: lazyRouteComponent(() => import('./pages/jobs/jobs-page.tsx'), 'JobsPage'),
});
const job = createRoute({
  getParentRoute: () => jobs,
  path: '$id',
  component: lazyRouteComponent(() => import('./pages/jobs/job-page.tsx'), 'JobPage'),
});
const imports = createRoute({
  getParentRoute: () => root,
  path: '/import',
  component: lazyRouteComponent(() => import('./pages/import/import-page.tsx'), 'ImportPage'),
});
const connections = createRoute({
  getParentRoute: () => root,
  path: '/connections',
  component: lazyRouteComponent(
    () => import('./pages/connections/connections-page.tsx'),
    'ConnectionsPage',
  ),
});
const access = createRoute({
  getParentRoute: () => root,
  path: '/access',
  component: lazyRouteComponent(() => import('./pages/access/access-page.tsx'), 'AccessPage'),
});
const audit = createRoute({
  getParentRoute: () => root,
  path: '/audit',
  validateSearch: parseAuditSearch,
  component: lazyRouteComponent(() => import('./pages/audit/audit-page.tsx'), 'AuditPage'),
});
const settings = createRoute({
  getParentRoute: () => root,
  path: '/settings',
  component: lazyRouteComponent(() => import('./pages/settings/settings-page.tsx'), 'SettingsPage'),
});

export const router = createRouter({
  routeTree: root.addChildren([
    overview,
    models.addChildren([modelList, model]),
    jobs.addChildren([jobList, job]),
    imports,
    connections,
    access,
    audit,
    settings,
  ]),
  basepath: pageBase.pathname.replace(/\/$/, ''),
  parseSearch,
  stringifySearch,
  defaultPreload: 'intent',
  scrollRestoration: true,
  defaultPendingComponent: PagePending,
  defaultErrorComponent: PageError,
});

declare module '@tanstack/react-router' {
  interface Register {
    router: typeof router;
  }
}
