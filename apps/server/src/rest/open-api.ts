import type { ZodType } from 'zod';
import {
  createDocument,
  type ZodOpenApiOperationObject,
  type ZodOpenApiPathsObject,
} from 'zod-openapi';
import type { Route } from './route.ts';
import { errorSchema } from './schemas/common.ts';
import { JOB_RESULTS } from './schemas/job-results.ts';

const JSON_TYPE = 'application/json';

const REFUSALS: Readonly<Record<string, string>> = {
  '400': 'The request is not as it should be.',
  '401': 'A token is needed.',
  '403': 'The user may not do that.',
  '404': 'There is no such thing.',
  '409': 'It does not fit with what is there.',
  '429': 'Too many wrong tokens from this address.',
};

/** The OpenAPI 3.1 document of the table. `base` is where clients find the API. */
export function describeRoutes(routes: readonly Route[], base: string, version: string): object {
  const paths: Record<string, Record<string, ZodOpenApiOperationObject>> = {};
  for (const route of routes) {
    const path = { ...paths[route.path] };
    path[route.method.toLowerCase()] = operation(route);
    paths[route.path] = path;
  }
  return createDocument({
    openapi: '3.1.0',
    info: {
      title: 'Modelkeep',
      version,
      description:
        'What administers a Modelkeep server. Models themselves are served by the routes of the Hub.',
      license: { name: 'Apache-2.0', identifier: 'Apache-2.0' },
    },
    servers: [{ url: base }],
    security: [{ token: [] }, { session: [] }],
    components: {
      schemas: JOB_RESULTS,
      securitySchemes: {
        token: { type: 'http', scheme: 'bearer', description: 'A token of this server: `hf_…`.' },
        session: {
          type: 'apiKey',
          in: 'cookie',
          name: 'modelkeep_session_<port>',
          description: 'Of a browser that signed in with `POST /session`.',
        },
      },
    },
    paths: paths as ZodOpenApiPathsObject,
  });
}

function operation(route: Route): ZodOpenApiOperationObject {
  const { status, schema, type = JSON_TYPE } = route.answer;
  const refusals = Object.entries(REFUSALS).map(([code, description]) => [
    code,
    { description, content: { [JSON_TYPE]: { schema: errorSchema } } },
  ]);
  return {
    operationId: operationId(route),
    summary: route.summary,
    tags: [route.tag],
    'x-role': route.role,
    ...(route.role === 'anyone' ? { security: [] } : {}),
    ...(route.params === undefined && route.query === undefined
      ? {}
      : {
          requestParams: {
            ...(route.params === undefined ? {} : { path: asObject(route.params) }),
            ...(route.query === undefined ? {} : { query: asObject(route.query) }),
          },
        }),
    ...(route.body === undefined
      ? {}
      : { requestBody: { required: true, content: { [JSON_TYPE]: { schema: route.body } } } }),
    responses: {
      [String(status)]: {
        description: 'All is well.',
        ...(status === 204 ? {} : { content: { [type]: schema === undefined ? {} : { schema } } }),
      },
      ...Object.fromEntries(refusals),
      '414': {
        description: 'The address is too long.',
        content: { 'text/plain': { schema: { type: 'string' } } },
      },
      // Node's own answer, before anything is known of the request.
      '431': { description: 'The address and the headers are too long together.' },
    },
  } as ZodOpenApiOperationObject;
}

/** The library takes parameters as an object schema, which all of ours are. */
function asObject(schema: ZodType): never {
  return schema as never;
}

/** `getModelsByKey` */
function operationId({ method, path }: Route): string {
  const words = path
    .split('/')
    .slice(1)
    .map((name) => (name.startsWith('{') ? `By${capital(name.slice(1, -1))}` : capital(name)));
  return method.toLowerCase() + words.join('');
}

function capital(word: string): string {
  return word.charAt(0).toUpperCase() + word.slice(1);
}
