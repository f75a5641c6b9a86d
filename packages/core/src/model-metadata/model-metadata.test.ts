import { describe, expect, it } from 'vitest';
import { parseModelName } from '../names/model-name.ts';
import { isModelkeepError } from '../spi/errors.ts';
import { buildModelMetadata } from './build-model-metadata.ts';
import { parseModelMetadata } from './parse-model-metadata.ts';
import { taggedLanguages } from './tagged-languages.ts';

const REQUIRED = {
  modelDefinition: { key: 'hf@sentence-transformers/all-MiniLM-L6-v2' },
  url: 'https://huggingface.co/sentence-transformers%2Fall-MiniLM-L6-v2/tree/main',
  version: 0,
};

async function refusal(text: string): Promise<string> {
  try {
    await parseModelMetadata(text);
    return 'accepted';
  } catch (error) {
    if (!isModelkeepError(error, 'archive-invalid')) throw error;
    return `${String(error.details['reason'])}: ${error.message}`;
  }
}

describe('parseModelMetadata', () => {
  it('takes the three required fields, nulls, and keeps unknown fields in order', async () => {
    expect(await parseModelMetadata(JSON.stringify(REQUIRED))).toEqual(REQUIRED);
    const rich = { z: [1, { y: null }], ...REQUIRED, commitHash: null, tags: null, a: 'b' };
    const parsed = await parseModelMetadata(`\ufeff${JSON.stringify(rich)}`);
    expect(JSON.stringify(parsed)).toBe(JSON.stringify(rich));
  });

  it.each([
    ['not json', 'bad-json'],
    ['[]', 'bad-json'],
    ['{"version":0,"version":0}', 'bad-json'],
    [`{"a":${'['.repeat(100)}${']'.repeat(100)}}`, 'bad-json'],
    ['{}', 'bad-metadata'],
    [JSON.stringify({ ...REQUIRED, version: null }), 'bad-metadata'],
    [JSON.stringify({ ...REQUIRED, version: 1 }), 'metadata-version'],
    [JSON.stringify({ ...REQUIRED, version: '0' }), 'metadata-version'],
    [JSON.stringify({ ...REQUIRED, url: undefined }), 'bad-metadata'],
    [JSON.stringify({ ...REQUIRED, url: 'https://u:hf_secret@h.test/x' }), 'bad-metadata'],
    [JSON.stringify({ ...REQUIRED, modelDefinition: {} }), 'bad-metadata'],
    [JSON.stringify({ ...REQUIRED, modelDefinition: null }), 'bad-metadata'],
    [JSON.stringify({ ...REQUIRED, modelDefinition: { key: 'org/name' } }), 'bad-key'],
    [JSON.stringify({ ...REQUIRED, modelDefinition: { key: 'hf@../name' } }), 'bad-key'],
    [JSON.stringify({ ...REQUIRED, modelDefinition: { key: 'hf@a b' } }), 'bad-key'],
    [JSON.stringify({ ...REQUIRED, commitHash: 'abc' }), 'bad-metadata'],
    [JSON.stringify({ ...REQUIRED, sizeInBytes: -1 }), 'bad-metadata'],
    [JSON.stringify({ ...REQUIRED, sizeInBytes: 1.5 }), 'bad-metadata'],
    [JSON.stringify({ ...REQUIRED, tags: 'x' }), 'bad-metadata'],
    [JSON.stringify({ ...REQUIRED, lastModified: 'yesterday' }), 'bad-metadata'],
  ])('refuses %.60s', async (text, reason) => {
    const message = await refusal(text);
    expect(message.startsWith(`${reason}: `)).toBe(true);
    expect(message).not.toContain('hf_secret');
  });

  it('says which versions are known', async () => {
    expect(await refusal(JSON.stringify({ ...REQUIRED, version: 3 }))).toMatch(
      /version 3; known is 0/,
    );
  });

  it('does not take a key in a nested text for a second one', async () => {
    const text = JSON.stringify({
      ...REQUIRED,
      note: '"url": {"url": 1}',
      more: [{ url: 1 }, { url: 2 }],
    });
    expect(await refusal(text)).toBe('accepted');
  });
});

describe('taggedLanguages', () => {
  it('takes ISO 639-1 and 639-3 codes, but no words of the trade', async () => {
    const tags = [
      'sentence-transformers',
      'pytorch',
      'tf',
      'en',
      'arxiv:1704.05179',
      'yue',
      'mlx',
      'moe',
      'EN',
      'de',
      'xx',
    ];
    expect(await taggedLanguages(tags)).toEqual(['en', 'yue', 'de']);
    expect(await taggedLanguages([])).toEqual([]);
  });
});

describe('buildModelMetadata', () => {
  it('fills every field that the source tells', async () => {
    const metadata = await buildModelMetadata(
      parseModelName('org/name@v1'),
      {
        modelId: 'org/name',
        commit: 'c'.repeat(40),
        libraryName: 'transformers',
        tags: ['en', 'pytorch'],
        gated: false,
        private: false,
        url: 'https://h.test/org%2Fname/tree/v1',
      },
      { downloadDate: 3, downloadedBy: 'ada', sizeInBytes: 9 },
    );
    expect(metadata).toEqual({
      commitHash: 'c'.repeat(40),
      downloadDate: 3,
      downloadedBy: 'ada',
      lastDssUsage: null,
      lastModified: null,
      lastUsedBy: null,
      libraryName: 'transformers',
      modelDefinition: { key: 'hf@org/name@v1' },
      pipelineName: null,
      sizeInBytes: 9,
      taggedLanguages: ['en'],
      tags: ['en', 'pytorch'],
      url: 'https://h.test/org%2Fname/tree/v1',
      version: 0,
    });
    expect(await parseModelMetadata(JSON.stringify(metadata))).toEqual(metadata);
  });
});
