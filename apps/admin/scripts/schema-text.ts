import { openApiDocument } from '@modelkeep/server';
import openapiTypescript, { astToString, type OpenAPI3 } from 'openapi-typescript';

const NOTE =
  '// Made from the OpenAPI document of the server: pnpm --filter @modelkeep/admin generate\n\n';

/** What the page's client makes of each refusal: it throws an `Error`. */
const THROWN = {
  type: 'object',
  required: ['name', 'message'],
  properties: { name: { type: 'string' }, message: { type: 'string' } },
};

/** The types of the server's routes. */
export async function generateSchema(): Promise<string> {
  const document = structuredClone(openApiDocument('/')) as Required<OpenAPI3>;
  for (const path of Object.values(document.paths)) {
    for (const operation of Object.values(path as Record<string, unknown>)) {
      const { responses } = operation as { responses: Record<string, unknown> };
      for (const status of Object.keys(responses)) {
        if (!status.startsWith('2')) delete responses[status];
      }
      responses['default'] = {
        description: 'Thrown by the client.',
        content: { 'application/json': { schema: THROWN } },
      };
    }
  }
  const types = await openapiTypescript(document, { defaultNonNullable: false });
  return NOTE + astToString(types);
}
