import manifest from '../package.json' with { type: 'json' };
import { createApi } from './rest/create-api.ts';
import { describeRoutes } from './rest/open-api.ts';
import type { Services } from './rest/services.ts';

/** The OpenAPI 3.1 document of the REST API, for who generates a client: no store is opened. `base` is where the API is. */
export function openApiDocument(base = '/-/api/v1'): object {
  // Routes are described before anything is asked of what they work with.
  const services = { connections: [], settings: {}, version: manifest.version };
  const { routes } = createApi({
    services: services as unknown as Services,
    audit: {} as never,
    onError: () => undefined,
    onChange: () => undefined,
  });
  return describeRoutes(routes, base, manifest.version);
}
