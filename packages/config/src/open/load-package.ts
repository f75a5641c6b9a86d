import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { configInvalid } from '../config-error.ts';
import type { FieldPath, ModelkeepConfig } from '../types.ts';

/** What a backend must have to be used as one contract. */
export interface Shape {
  /** For people: `storage`. */
  readonly contract: string;
  /** Name of the factory that the package exports. */
  readonly factory: string;
  readonly methods: readonly string[];
  /** The backend that needs no package. */
  readonly builtIn: string;
}

/** What a package's factory is called with, beside its own options. */
export interface FactoryContext {
  /** The store's folder. */
  readonly home: string;
  readonly [fact: string]: unknown;
}

/** Loads a backend from an installed package, and checks that it is one. Fails with `config-invalid`. */
export async function loadPackage(
  name: string,
  shape: Shape,
  options: Readonly<Record<string, unknown>> | undefined,
  context: FactoryContext,
  config: ModelkeepConfig,
  path: FieldPath,
): Promise<object> {
  const at = config.where(path);
  const module = await importFrom(name, shape, config, at);
  const factory = module[shape.factory];
  if (typeof factory !== 'function') {
    throw configInvalid([`${at}: package "${name}" exports no function ${shape.factory}`]);
  }
  let made: unknown;
  try {
    made = await factory(options ?? {}, context);
  } catch (error) {
    throw configInvalid(
      [`${at}: ${shape.factory} of "${name}" failed: ${messageOf(error)}`],
      error,
    );
  }
  if (typeof made !== 'object' || made === null) {
    throw configInvalid([`${at}: ${shape.factory} of "${name}" returned no ${shape.contract}`]);
  }
  const backend = made as Record<string, unknown>;
  if (backend['specificationVersion'] !== 'v1') {
    throw configInvalid([
      `${at}: the ${shape.contract} of "${name}" has specificationVersion ${JSON.stringify(backend['specificationVersion'])}; this release knows "v1"`,
    ]);
  }
  const missing = shape.methods.filter((method) => typeof backend[method] !== 'function');
  if (missing.length > 0) {
    throw configInvalid([`${at}: the ${shape.contract} of "${name}" lacks ${missing.join(', ')}`]);
  }
  return made;
}

/** Looks beside the config file first, then where this package is installed. */
async function importFrom(
  name: string,
  shape: Shape,
  config: ModelkeepConfig,
  at: string,
): Promise<Record<string, unknown>> {
  const folder = config.file === undefined ? config.home : dirname(config.file);
  let specifier = name;
  try {
    specifier = pathToFileURL(createRequire(join(folder, 'config.yaml')).resolve(name)).href;
  } catch {
    // Not installed there: the import below names the reason.
  }
  try {
    return (await import(specifier)) as Record<string, unknown>;
  } catch (error) {
    throw configInvalid(
      [
        `${at}: "${name}" is neither built in (${shape.builtIn}) nor a package that loads from ${folder}: ${messageOf(error)}`,
      ],
      error,
    );
  }
}

function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
