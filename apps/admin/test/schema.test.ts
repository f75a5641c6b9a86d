import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { generateSchema } from '../scripts/schema-text.ts';

it('knows the routes that the server has; `pnpm --filter @modelkeep/admin generate` tells them anew', async () => {
  const file = join(import.meta.dirname, '../src/api/schema.d.ts');
  expect(await readFile(file, 'utf8')).toBe(await generateSchema());
});
