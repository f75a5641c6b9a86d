import { CONFIG, type HostileCase, METADATA, metadataText, refused } from './hostile-case.ts';

const VALID = JSON.parse(metadataText()) as Record<string, unknown>;

function without(field: string): string {
  return JSON.stringify({ ...VALID, [field]: undefined });
}

function withKey(key: unknown): string {
  return metadataText({ modelDefinition: { key } });
}

const TEXTS: readonly (readonly [name: string, text: string | Uint8Array, reason: string])[] = [
  ['empty', '', 'bad-json'],
  ['not JSON', 'key = value', 'bad-json'],
  ['cut', metadataText().slice(0, -5), 'bad-json'],
  ['with something behind', `${metadataText()}x`, 'bad-json'],
  ['two objects', `${metadataText()}${metadataText()}`, 'bad-json'],
  ['an array', `[${metadataText()}]`, 'bad-json'],
  ['a string', '"text"', 'bad-json'],
  ['null', 'null', 'bad-json'],
  ['a comment', `/* */${metadataText()}`, 'bad-json'],
  ['not UTF-8', Buffer.from('{"a":"\xff"}', 'latin1'), 'bad-json'],
  ['UTF-16', Buffer.from(metadataText(), 'utf16le'), 'bad-json'],
  ['a key twice', metadataText().replace('{', '{"version":0,'), 'bad-json'],
  ['a key twice, once escaped', metadataText().replace('{', '{"\\u0076ersion":0,'), 'bad-json'],
  [
    'a nested key twice',
    '{"modelDefinition":{"key":"hf@a/b","key":"hf@c/d"},"url":"u","version":0}',
    'bad-json',
  ],
  ['nested too deep', `{"x":${'['.repeat(5000)}${']'.repeat(5000)}}`, 'bad-json'],
  ['no version', without('version'), 'bad-metadata'],
  ['version null', metadataText({ version: null }), 'bad-metadata'],
  ['version 1', metadataText({ version: 1 }), 'metadata-version'],
  ['version -1', metadataText({ version: -1 }), 'metadata-version'],
  ['version as a text', metadataText({ version: '0' }), 'metadata-version'],
  ['version as an array', metadataText({ version: [0] }), 'metadata-version'],
  ['no url', without('url'), 'bad-metadata'],
  ['url null', metadataText({ url: null }), 'bad-metadata'],
  ['url empty', metadataText({ url: '' }), 'bad-metadata'],
  ['url with a password', metadataText({ url: 'https://u:p@hub.test/x' }), 'bad-metadata'],
  ['url with a token', metadataText({ url: 'https://hf_abc@hub.test/x' }), 'bad-metadata'],
  ['no model definition', without('modelDefinition'), 'bad-metadata'],
  ['model definition null', metadataText({ modelDefinition: null }), 'bad-metadata'],
  ['model definition a text', metadataText({ modelDefinition: 'hf@a/b' }), 'bad-metadata'],
  ['key a number', withKey(5), 'bad-metadata'],
  ['key empty', withKey(''), 'bad-key'],
  ['key without hf@', withKey('org/name'), 'bad-key'],
  ['key of another kind', withKey('s3@org/name'), 'bad-key'],
  ['key with nothing behind hf@', withKey('hf@'), 'bad-key'],
  ['key that leads out', withKey('hf@../../canary'), 'bad-key'],
  ['key with a parent as name', withKey('hf@org/..'), 'bad-key'],
  ['key absolute', withKey('hf@/etc/passwd'), 'bad-key'],
  ['key with three parts', withKey('hf@a/b/c'), 'bad-key'],
  ['key with an empty part', withKey('hf@a//b'), 'bad-key'],
  ['key with a space', withKey('hf@org/my model'), 'bad-key'],
  ['key with a newline', withKey('hf@org/name\n'), 'bad-key'],
  ['key with NUL', withKey('hf@org/na\u0000me'), 'bad-key'],
  ['key with a backslash', withKey('hf@org\\name'), 'bad-key'],
  ['key with other letters', withKey('hf@\u00f6rg/name'), 'bad-key'],
  ['key with a dot first', withKey('hf@.org/name'), 'bad-key'],
  ['key that ends in .git', withKey('hf@org/name.git'), 'bad-key'],
  ['key with two dashes', withKey('hf@org/na--me'), 'bad-key'],
  ['key of 200 letters', withKey(`hf@${'k'.repeat(200)}`), 'bad-key'],
  ['key with an empty revision', withKey('hf@org/name@'), 'bad-key'],
  ['key with a revision that leads out', withKey('hf@org/name@../../x'), 'bad-key'],
  ['key with a revision like an option', withKey('hf@org/name@--upload-pack=x'), 'bad-key'],
  ['key with a control character in the revision', withKey('hf@org/name@a\u0007b'), 'bad-key'],
  ['key with a long revision', withKey(`hf@org/name@${'r'.repeat(300)}`), 'bad-key'],
  ['commit too short', metadataText({ commitHash: 'abc123' }), 'bad-metadata'],
  [
    'commit that leads out',
    metadataText({ commitHash: '../../../../../../../../../../../../canary1' }),
    'bad-metadata',
  ],
  ['commit a number', metadataText({ commitHash: 5 }), 'bad-metadata'],
  ['size negative', metadataText({ sizeInBytes: -1 }), 'bad-metadata'],
  ['size a fraction', metadataText({ sizeInBytes: 0.5 }), 'bad-metadata'],
  ['size a text', metadataText({ sizeInBytes: '7' }), 'bad-metadata'],
  ['size beyond exact numbers', metadataText({ sizeInBytes: 2 ** 60 }), 'bad-metadata'],
  ['tags a text', metadataText({ tags: 'a,b' }), 'bad-metadata'],
  ['tags of numbers', metadataText({ tags: [1] }), 'bad-metadata'],
  ['date no date', metadataText({ lastModified: 'yesterday' }), 'bad-metadata'],
  ['download date a text', metadataText({ downloadDate: '2024' }), 'bad-metadata'],
  ['user an object', metadataText({ downloadedBy: { name: 'x' } }), 'bad-metadata'],
  ['declared size too small', metadataText({ sizeInBytes: 6 }), 'wrong-sizes'],
  ['declared size too large', metadataText({ sizeInBytes: 8 }), 'wrong-sizes'],
  ['declared size 0', metadataText({ sizeInBytes: 0 }), 'wrong-sizes'],
];

/** A `model_metadata.json` that cannot be believed; each once before and once behind the model. */
export function hostileMetadata(): readonly HostileCase[] {
  const cases = TEXTS.flatMap(([name, content, reason]): HostileCase[] => {
    const metadata = { path: METADATA.path, content };
    const expected = refused(reason);
    return [
      { name: `metadata: ${name}`, members: [metadata, CONFIG], expected },
      { name: `metadata, last: ${name}`, members: [CONFIG, metadata], expected },
    ];
  });
  const large = { path: METADATA.path, content: metadataText({ x: 'x'.repeat(5_000_000) }) };
  return [
    ...cases,
    {
      name: 'metadata: of 5 MB',
      members: [large, CONFIG],
      expected: refused('metadata-too-large', 'model_metadata.json'),
    },
  ];
}
