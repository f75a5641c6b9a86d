import type { ModelFacts } from '@modelkeep/core';
import { parse } from 'yaml';

const LONGEST = 64 * 1024;
const MOST_TAGS = 1000;

type Told = Pick<ModelFacts, 'libraryName' | 'pipelineName' | 'tags'>;

/** What a README says of its model between the lines `---` at its top, as the Hub reads it. `problem` completes "the front matter …". */
export function readFrontMatter(readme: string): {
  readonly facts: Told;
  readonly problem?: string;
} {
  const text = /^\ufeff?---\r?\n([\s\S]*?)\r?\n---(?:\r?\n|$)/.exec(readme)?.[1];
  if (text === undefined) return { facts: {} };
  if (text.length > LONGEST) return { facts: {}, problem: 'is too long' };
  let card: unknown;
  try {
    card = parse(text, { maxAliasCount: 0, logLevel: 'error' });
  } catch {
    return { facts: {}, problem: 'is no YAML, and was left out' };
  }
  return typeof card === 'object' && card !== null ? { facts: factsOf(card) } : { facts: {} };
}

function factsOf(card: object): Told {
  const field = (name: string): unknown => (card as Record<string, unknown>)[name];
  const tags = [
    ...texts(field('tags')),
    ...texts(field('language')),
    ...texts(field('datasets')).map((name) => `dataset:${name}`),
    ...texts(field('base_model')).map((name) => `base_model:${name}`),
    ...texts(field('license')).map((name) => `license:${name}`),
  ];
  const [libraryName] = texts(field('library_name'));
  const [pipelineName] = texts(field('pipeline_tag'));
  return {
    ...(libraryName === undefined ? {} : { libraryName }),
    ...(pipelineName === undefined ? {} : { pipelineName }),
    ...(tags.length === 0 ? {} : { tags: [...new Set(tags)].slice(0, MOST_TAGS) }),
  };
}

/** The texts in a value that is one or a list of them. */
function texts(value: unknown): string[] {
  return [value].flat().filter((item) => typeof item === 'string' && item !== '') as string[];
}
