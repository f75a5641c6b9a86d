import { expect, it } from 'vitest';
import { readFrontMatter } from './front-matter.ts';

it('reads what the Hub reads', () => {
  const readme = `---
library_name: sentence-transformers
pipeline_tag: sentence-similarity
language: en
license: apache-2.0
tags: [feature-extraction, feature-extraction, 3]
datasets:
  - s2orc
base_model: org/base
---
# A model
`;
  for (const text of [readme, readme.replaceAll('\n', '\r\n'), `\ufeff${readme}`]) {
    expect(readFrontMatter(text)).toEqual({
      facts: {
        libraryName: 'sentence-transformers',
        pipelineName: 'sentence-similarity',
        tags: [
          'feature-extraction',
          'en',
          'dataset:s2orc',
          'base_model:org/base',
          'license:apache-2.0',
        ],
      },
    });
  }
});

it.each([
  ['', undefined],
  ['# A model\n---\ntags: [a]\n---\n', undefined],
  ['---\njust a text\n---\n', undefined],
  ['---\ntags: [a\n---\n', 'is no YAML, and was left out'],
  ['---\na: &a [x]\nb: [*a, *a]\n---\n', 'is no YAML, and was left out'],
  [`---\n# ${'x'.repeat(70_000)}\n---\n`, 'is too long'],
])('makes nothing out of %.30j', (readme, problem) => {
  expect(readFrontMatter(readme)).toEqual({
    facts: {},
    ...(problem === undefined ? {} : { problem }),
  });
});
