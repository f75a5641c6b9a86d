import { writeFile } from 'node:fs/promises';
import { generateSchema } from './schema-text.ts';

await writeFile(new URL('../src/api/schema.d.ts', import.meta.url), await generateSchema());
