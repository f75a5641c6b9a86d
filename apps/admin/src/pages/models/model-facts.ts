import type { Model } from '../../api/types.ts';

/** The parts of `model_metadata.json` that are shown. Anybody may have written it: each is checked. */
export interface ModelFacts {
  readonly library: string | undefined;
  readonly task: string | undefined;
  readonly languages: readonly string[];
  readonly tags: readonly string[];
  readonly url: string | undefined;
  readonly lastModified: string | undefined;
}

export function modelFacts({ metadata }: Pick<Model, 'metadata'>): ModelFacts {
  const tags = textsOf(metadata['tags']);
  return {
    library: textOf(metadata['libraryName']),
    task: textOf(metadata['pipelineName']),
    languages: textsOf(metadata['taggedLanguages']),
    tags,
    url: textOf(metadata['url']),
    lastModified: textOf(metadata['lastModified']),
  };
}

/** `org/name@v1`: as people write it. */
export function modelName(key: string): string {
  return key.replace(/^hf@/, '');
}

function textOf(value: unknown): string | undefined {
  return typeof value === 'string' && value !== '' ? value : undefined;
}

function textsOf(value: unknown): readonly string[] {
  return Array.isArray(value)
    ? value.filter((item): item is string => typeof item === 'string')
    : [];
}
