import { readFile } from 'node:fs/promises';
import { expect, it } from 'vitest';
import { configJsonSchema } from './schema.ts';

it('is what the published JSON Schema says; `pnpm run schema` writes it anew', async () => {
  const published = await readFile(new URL('../../schema.json', import.meta.url), 'utf8');
  expect(JSON.parse(published)).toEqual(JSON.parse(JSON.stringify(configJsonSchema())));
});
