import { globSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { SUITES } from './suites.ts';

const SUFFIX = '.integration.test.ts';

it('every suite says on which backends it runs', () => {
  const found = globSync(`**/*${SUFFIX}`, { cwd: join(import.meta.dirname, '..') });
  const names = found.map((path) => path.replaceAll('\\', '/').slice(0, -SUFFIX.length));
  expect(Object.keys(SUITES)).toEqual(names.toSorted());
});
