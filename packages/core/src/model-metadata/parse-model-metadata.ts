import { type ModelRef, parseModelName } from '../names/model-name.ts';
import { archiveInvalid } from '../spi/archive-error.ts';
import type { ModelMetadata } from '../spi/model.ts';
import { METADATA_FILE, METADATA_VERSION, modelMetadataSchema } from './metadata-schema.ts';
import { parseJsonObject } from './parse-json-object.ts';

const REQUIRED =
  'Required are "modelDefinition" with a "key" of "hf@<model id>" or "hf@<model id>@<revision>", "url" and "version" (0).';

function invalid(reason: string, problem: string, remedy: string, cause?: unknown): Error {
  return archiveInvalid({ reason, member: METADATA_FILE, problem, remedy, cause });
}

function checkVersion(metadata: Readonly<Record<string, unknown>>): void {
  const version = metadata['version'];
  if (version === METADATA_VERSION) return;
  if (version === undefined || version === null) {
    throw invalid('bad-metadata', 'has no "version"', REQUIRED);
  }
  throw invalid(
    'metadata-version',
    `has version ${JSON.stringify(version)}; known is ${METADATA_VERSION}`,
    'Use a Modelkeep that knows this version, or export the model anew as version 0.',
  );
}

/** Fails with `archive-invalid` unless `key` is `hf@<model id>` or `hf@<model id>@<revision>`. */
export function parseModelKey(key: string): ModelRef {
  if (!key.startsWith('hf@')) {
    throw invalid(
      'bad-key',
      `has the model key ${JSON.stringify(key)}, which does not begin with "hf@"`,
      REQUIRED,
    );
  }
  try {
    return parseModelName(key);
  } catch (cause) {
    throw invalid('bad-key', `has a bad model key: ${(cause as Error).message}`, REQUIRED, cause);
  }
}

function checkUrl(url: string): void {
  const parsed = URL.canParse(url) ? new URL(url) : undefined;
  if (parsed !== undefined && (parsed.username !== '' || parsed.password !== '')) {
    throw invalid(
      'bad-metadata',
      'has a "url" with a user name or password in it',
      'Remove it from the address: archives travel.',
    );
  }
}

async function checkSchema(metadata: unknown): Promise<void> {
  const result = (await modelMetadataSchema()).safeParse(metadata);
  if (result.success) return;
  const problems = result.error.issues
    .slice(0, 5)
    .map(({ path, message }) => `"${path.join('.')}": ${message}`);
  throw invalid('bad-metadata', `is not as it should be: ${problems.join('; ')}`, REQUIRED);
}

/**
 * Reads `model_metadata.json`, version 0. Fields may be missing or null but for the three required ones; unknown fields
 * stay, in their order. Fails with `archive-invalid`.
 */
export async function parseModelMetadata(text: string): Promise<ModelMetadata> {
  const metadata = parseJsonObject(text, METADATA_FILE);
  checkVersion(metadata);
  await checkSchema(metadata);
  const checked = metadata as unknown as ModelMetadata;
  parseModelKey(checked.modelDefinition.key);
  checkUrl(checked.url);
  return checked;
}
