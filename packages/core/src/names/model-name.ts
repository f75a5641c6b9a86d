import { ModelkeepError } from '../spi/errors.ts';

/** A model and the revision that is asked for. */
export interface ModelRef {
  readonly modelId: string;
  /** `main` when silent. */
  readonly revision: string;
  /** `hf@<model id>` or `hf@<model id>@<revision>`. */
  readonly key: string;
}

const SEGMENT = /^[A-Za-z0-9](?:[A-Za-z0-9._-]{0,94}[A-Za-z0-9_-])?$|^_[A-Za-z0-9._-]{0,95}$/;
const COMMIT = /^[0-9a-f]{40}$/;
// What git-check-ref-format refuses, but for `/`, which separates.
const BAD_REVISION = /[\p{Cc}\s~^:?*[\\]|\.\.|@\{|\/\/|^\/|\/$|^-|\.lock(?:\/|$)|(?:^|\/)\.|\.$/u;

export const DEFAULT_REVISION = 'main';

/** Whether `revision` is a full commit hash. */
export function isCommit(revision: string): boolean {
  return COMMIT.test(revision);
}

function invalid(what: string, why: string): ModelkeepError {
  return new ModelkeepError(
    'invalid-argument',
    `${JSON.stringify(what)} is not a model name: ${why}. A name looks like org/name or org/name@revision.`,
  );
}

const LONGEST_ADDRESS = 2048;
const IN_A_MODEL = /^(?:tree|blob|resolve|raw)$/;
// What the Hub has where a model's name would be.
const OTHER_PAGES =
  /^(?:api|blog|collections|datasets|docs|join|login|models|new|organizations|papers|settings|spaces|tasks)$/;

/** The model whose page, clone or file has this address. */
function modelAt(address: string): string | undefined {
  if (address.length > LONGEST_ADDRESS || !/^https?:\/\//.test(address)) return undefined;
  try {
    const parts = new URL(address).pathname.split('/').filter(Boolean).map(decodeURIComponent);
    if (OTHER_PAGES.test(parts[0] ?? '')) return undefined;
    const end = parts.findIndex((part, index) => IN_A_MODEL.test(part) && index + 1 < parts.length);
    const [id, revision] = end < 0 ? [parts] : [parts.slice(0, end), parts.slice(end + 1)];
    // Pull requests and conversions are found without the slashes encoded, too.
    const length = revision?.[0] === 'refs' ? 3 : 1;
    return displayName(
      modelRef(id.join('/').replace(/\.git$/, ''), revision?.slice(0, length).join('/')),
    );
  } catch {
    return undefined;
  }
}

function checkIsName(name: string): void {
  const meant = modelAt(name);
  if (meant === undefined) return;
  throw invalid(name, `it is an address, and the model there is ${meant}`);
}

function checkModelId(modelId: string, whole: string): void {
  const segments = modelId.split('/');
  if (segments.length > 2) throw invalid(whole, 'it has more than one slash before the revision');
  for (const segment of segments) {
    if (segment === '') throw invalid(whole, 'a part of it is empty');
    if (!SEGMENT.test(segment)) {
      throw invalid(
        whole,
        'each part has letters, digits, "-", "_" and ".", at most 96, and neither begins nor ends with "." or "-"',
      );
    }
    if (segment.includes('..') || segment.includes('--'))
      throw invalid(whole, '".." and "--" may not be in it');
  }
  if (modelId.endsWith('.git')) throw invalid(whole, 'it may not end with ".git"');
}

/** Fails with `invalid-argument` unless `revision` could be a branch, a tag, a ref or a commit. */
export function checkRevision(revision: string, whole: string = revision): void {
  if (revision === '') throw invalid(whole, 'the revision after "@" is empty');
  if (revision.length > 255 || BAD_REVISION.test(revision))
    throw invalid(whole, `${JSON.stringify(revision)} cannot be a revision in git`);
}

/** Makes a reference of an id and a revision, both checked. */
export function modelRef(modelId: string, revision: string = DEFAULT_REVISION): ModelRef {
  checkModelId(modelId, modelId);
  checkRevision(revision);
  return {
    modelId,
    revision,
    key: revision === DEFAULT_REVISION ? `hf@${modelId}` : `hf@${modelId}@${revision}`,
  };
}

/** Reads `org/name`, `name` or `org/name@revision`; a model key (`hf@org/name`) is taken as well. */
export function parseModelName(name: string): ModelRef {
  if (typeof name !== 'string') throw invalid(String(name), 'it is no text');
  checkIsName(name);
  const bare = name.startsWith('hf@') ? name.slice(3) : name;
  const at = bare.indexOf('@');
  const modelId = at < 0 ? bare : bare.slice(0, at);
  checkModelId(modelId, name);
  if (at < 0) return modelRef(modelId);
  checkRevision(bare.slice(at + 1), name);
  return modelRef(modelId, bare.slice(at + 1));
}

/** As people write it: `org/name` or `org/name@revision`. */
export function displayName(ref: Pick<ModelRef, 'modelId' | 'revision'>): string {
  return ref.revision === DEFAULT_REVISION ? ref.modelId : `${ref.modelId}@${ref.revision}`;
}

/** The folder of a model in a Hugging Face cache: `models--org--name`. */
export function repoFolderName(modelId: string): string {
  return `models--${modelId.replace('/', '--')}`;
}
