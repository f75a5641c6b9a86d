/** What a model's README.md says of it. */
export interface ModelCard {
  readonly libraryName?: string;
  readonly pipelineName?: string;
  /** Library, tags, languages, datasets and license, as the Hub makes tags of them. */
  readonly tags: readonly string[];
}

/** No card has more; a longer one is not read. */
const MAX_FRONT_MATTER = 256 * 1024;
const MAX_TAGS = 1000;
const MAX_TAG_LENGTH = 200;
const FRONT_MATTER = /^\ufeff?\s*---[ \t]*\r?\n(.*?)\r?\n---[ \t]*(?:\r?\n|$)/s;

function text(value: unknown): string | undefined {
  if (typeof value !== 'string' && typeof value !== 'number') return undefined;
  const plain = String(value).trim();
  return plain === '' || plain.length > MAX_TAG_LENGTH || /\p{Cc}/u.test(plain) ? undefined : plain;
}

/** One or many, as authors write it. */
function texts(value: unknown, prefix = ''): string[] {
  const given: readonly unknown[] = Array.isArray(value) ? value : [value];
  return given
    .map(text)
    .filter((tag) => tag !== undefined)
    .map((tag) => prefix + tag);
}

/** Reads the front matter of a README.md. What cannot be read counts as not said. */
export async function readModelCard(readme: string): Promise<ModelCard> {
  const [, frontMatter] = FRONT_MATTER.exec(readme.slice(0, MAX_FRONT_MATTER)) ?? [];
  if (frontMatter === undefined) return { tags: [] };
  const { parse } = await import('yaml');
  let card: Readonly<Record<string, unknown>>;
  try {
    const parsed: unknown = parse(frontMatter, {
      logLevel: 'error',
      maxAliasCount: 20,
      prettyErrors: false,
      uniqueKeys: false,
    });
    if (typeof parsed !== 'object' || parsed === null) return { tags: [] };
    card = parsed as Readonly<Record<string, unknown>>;
  } catch {
    return { tags: [] };
  }
  const libraryName = text(card['library_name']);
  const pipelineName = text(card['pipeline_tag']);
  const tags = [
    ...texts(libraryName),
    ...texts(card['tags']),
    ...texts(card['language']),
    ...texts(card['datasets'], 'dataset:'),
    ...texts(card['license'], 'license:'),
  ];
  return {
    ...(libraryName === undefined ? {} : { libraryName }),
    ...(pipelineName === undefined ? {} : { pipelineName }),
    tags: [...new Set(tags)].slice(0, MAX_TAGS),
  };
}
