import { globSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { installHint, type Requirements, readRequires } from '@modelkeep/test-requirements';

/** A suite that this machine cannot run. */
export interface LeftOutSuite {
  readonly file: string;
  /** The missing components, each with the command that installs it. */
  readonly missing: readonly { readonly name: string; readonly hint: string }[];
}

/** Which integration suites run, and which do not. Files are relative to the root. */
export interface SuitePlan {
  readonly run: readonly string[];
  readonly leftOut: readonly LeftOutSuite[];
}

/**
 * Sorts the integration suites below `root` by what this machine has.
 *
 * @throws Error where a suite names a component that does not exist.
 */
export function planSuites(root: string, components: Requirements): SuitePlan {
  const detected = new Map<string, boolean>();
  const run: string[] = [];
  const leftOut: LeftOutSuite[] = [];
  for (const file of findSuites(root)) {
    const missing = readRequires(readFileSync(join(root, file), 'utf8')).flatMap((name) => {
      const component = components[name];
      if (component === undefined) throw new Error(`${file} requires the unknown '${name}'`);
      const here = detected.get(name) ?? component.detect();
      detected.set(name, here);
      return here ? [] : [{ name, hint: installHint(component) }];
    });
    if (missing.length === 0) run.push(file);
    else leftOut.push({ file, missing });
  }
  return { run, leftOut };
}

function findSuites(root: string): string[] {
  const skipped = new Set(['node_modules', 'dist', 'fixtures', '.toolchain', '.git', '.turbo']);
  return globSync('**/*.integration.test.ts', {
    cwd: root,
    exclude: (path) => skipped.has(path.split(/[\\/]/).at(-1) ?? ''),
  })
    .map((file) => file.replaceAll('\\', '/'))
    .sort();
}
