import { describe, expect, it } from 'vitest';
import { readModelCard } from './model-card.ts';

const card = (yaml: string): string => `---\n${yaml}\n---\n# Title\n`;

describe('readModelCard', () => {
  it('reads library, pipeline and tags as the Hub makes them', async () => {
    const text = card(
      [
        'language: [en, no]',
        'license: apache-2.0',
        'library_name: sentence-transformers',
        'pipeline_tag: sentence-similarity',
        'tags:',
        '- feature-extraction',
        '- feature-extraction',
        'datasets:',
        '- s2orc',
      ].join('\n'),
    );
    expect(await readModelCard(text)).toEqual({
      libraryName: 'sentence-transformers',
      pipelineName: 'sentence-similarity',
      tags: [
        'sentence-transformers',
        'feature-extraction',
        'en',
        'no',
        'dataset:s2orc',
        'license:apache-2.0',
      ],
    });
  });

  it('takes one where a list may be, Windows line ends, and a byte order mark', async () => {
    const text = `\ufeff${card('language: de\ntags: one').replaceAll('\n', '\r\n')}`;
    expect(await readModelCard(text)).toEqual({ tags: ['one', 'de'] });
  });

  it.each([
    ['no front matter', '# Title\n---\ntags: [a]\n---\n'],
    ['nothing', ''],
    ['an open front matter', '---\ntags: [a]\n'],
    ['broken YAML', card('tags: [a')],
    ['no mapping', card('just text')],
    ['other types', card('tags: {a: 1}\nlanguage: [[en]]\nlicense: null\nlibrary_name: [x]')],
    ['control characters', card('tags: ["a\\u0007b"]\nlicense: "x\\ny"')],
    ['a tag as long as a book', card(`tags: [${'x'.repeat(10_000)}]`)],
  ])('says nothing of %s', async (_what, text) => {
    expect(await readModelCard(text)).toEqual({ tags: [] });
  });

  it('is not blown up by aliases', async () => {
    const bomb = ['a: &a [x,x,x,x,x,x,x,x,x]'];
    for (let level = 1; level < 9; level += 1) {
      const [name, before] = ['abcdefghi'.charAt(level), 'abcdefghi'.charAt(level - 1)];
      bomb.push(`${name}: &${name} [${Array(9).fill(`*${before}`).join(',')}]`);
    }
    expect(await readModelCard(card(`${bomb.join('\n')}\ntags: *i`))).toEqual({ tags: [] });
  });
});
