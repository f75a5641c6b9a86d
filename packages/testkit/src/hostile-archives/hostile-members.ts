import {
  CONFIG,
  type HostileCase,
  type HostileMember,
  METADATA,
  metadataText,
  refused,
  withMembers,
} from './hostile-case.ts';

function link(kind: 'symlink' | 'hardlink', path: string, linkTarget: string): HostileMember {
  return { path, kind, linkTarget };
}

const LINK_TARGETS: readonly (readonly [name: string, target: string])[] = [
  ['to a neighbour', 'config.json'],
  ['to /etc/passwd', '/etc/passwd'],
  ['to the parent', '..'],
  ['out of the root', '../../../canary'],
  ['to a drive', 'C:canary'],
  ['to itself', 'link'],
  ['to nothing', ''],
];

function links(): HostileCase[] {
  return (['symlink', 'hardlink'] as const).flatMap((kind) => {
    const reason = kind === 'symlink' ? 'symbolic-link' : 'hard-link';
    const inModel = LINK_TARGETS.map(([name, target]) => ({
      name: `${kind}: ${name}`,
      members: withMembers(link(kind, 'r/model/link', target)),
      expected: refused(reason, 'r/model/link'),
    }));
    const elsewhere = [
      ['in place of the model folder', 'r/model', '/tmp'],
      ['in place of the root', 'r', '/tmp'],
      ['in .git', 'r/model/.git/hooks', '/tmp'],
      ['beside the model', 'r/other', '/tmp'],
      ['in place of the metadata', 'r/model_metadata.json', '/etc/passwd'],
    ] as const;
    return [
      ...inModel,
      ...elsewhere.map(([name, path, target]) => ({
        name: `${kind}: ${name}`,
        members: [link(kind, path, target), METADATA, CONFIG],
        expected: refused(reason, path),
      })),
      {
        name: `${kind}: then a file through it`,
        members: withMembers(link(kind, 'r/model/out', '/tmp'), {
          path: 'r/model/out/canary',
          content: 'x',
        }),
        expected: refused(reason, 'r/model/out'),
      },
    ];
  });
}

function devices(): HostileCase[] {
  return ['r/model/device', 'r/device', 'r/model/.git/device'].map((path) => ({
    name: `device: ${path}`,
    members: withMembers({ path, kind: 'device' }),
    expected: refused('special-file', path),
  }));
}

function duplicates(): HostileCase[] {
  const file = (path: string): HostileMember => ({ path, content: 'again' });
  const folder = (path: string): HostileMember => ({ path, kind: 'directory' });
  const cases: readonly (readonly [string, readonly HostileMember[], string])[] = [
    ['a file twice', [file('r/model/config.json')], 'duplicate-member'],
    ['a file twice, once behind ./', [file('./r/model/config.json')], 'duplicate-member'],
    ['the metadata twice', [file('r/model_metadata.json')], 'duplicate-member'],
    [
      'a file in .git twice',
      [file('r/model/.git/HEAD'), file('r/model/.git/HEAD')],
      'duplicate-member',
    ],
    ['a file, then a folder of its name', [folder('r/model/config.json')], 'duplicate-member'],
    ['a file, then a file in it', [file('r/model/config.json/x')], 'file-and-folder'],
    ['a file in a file, deep', [file('r/model/config.json/a/b/c')], 'file-and-folder'],
    [
      'a folder, then a file of its name',
      [folder('r/model/d'), file('r/model/d')],
      'file-and-folder',
    ],
    [
      'a file in a folder, then a file of its name',
      [file('r/model/d/x'), file('r/model/d')],
      'file-and-folder',
    ],
  ];
  return cases.map(([name, members, reason]) => ({
    name: `duplicate: ${name}`,
    members: withMembers(...members),
    expected: refused(reason),
  }));
}

function layouts(): HostileCase[] {
  const model = (root: string): HostileMember[] => [
    { path: `${root}model_metadata.json`, content: metadataText() },
    { path: `${root}model/config.json`, content: '{}' },
  ];
  const cases: readonly (readonly [string, readonly HostileMember[], string])[] = [
    ['a folder and nothing in it', [{ path: 'r', kind: 'directory' }], 'no-metadata'],
    ['no metadata', [CONFIG], 'no-metadata'],
    ['no metadata, rootless', [{ path: 'model/config.json', content: '{}' }], 'no-metadata'],
    [
      'metadata as a folder',
      [CONFIG, { path: 'r/model_metadata.json', kind: 'directory' }],
      'no-metadata',
    ],
    [
      'metadata one folder too deep',
      [
        { path: 'a/r/model_metadata.json', content: metadataText() },
        { path: 'a/r/model/x', content: 'x' },
      ],
      'no-metadata',
    ],
    [
      'metadata in capitals',
      [CONFIG, { path: 'r/MODEL_METADATA.JSON', content: metadataText() }],
      'no-metadata',
    ],
    [
      'metadata inside the model only',
      [CONFIG, { path: 'r/model/model_metadata.json', content: metadataText() }],
      'no-metadata',
    ],
    ['no model', [METADATA], 'no-model'],
    ['an empty model folder', [METADATA, { path: 'r/model', kind: 'directory' }], 'no-model'],
    ['model as a file', [METADATA, { path: 'r/model', content: 'x' }], 'no-model'],
    ['model in capitals', [METADATA, { path: 'r/MODEL/config.json', content: '{}' }], 'no-model'],
    ['only .git in the model', [METADATA, { path: 'r/model/.git/HEAD', content: 'x' }], 'no-model'],
    ['two roots', [...model('a/'), ...model('b/')], 'two-models'],
    [
      'two roots, one without metadata',
      [...model('a/'), { path: 'b/model/x', content: 'x' }],
      'two-models',
    ],
    ['two roots, metadata apart', [METADATA, { path: 'b/model/x', content: 'x' }], 'two-models'],
    ['a root and none', [...model('a/'), ...model('')], 'two-models'],
    ['none and a root', [...model(''), ...model('a/')], 'two-models'],
    ['a root called model and another', [...model('model/'), ...model('a/')], 'two-models'],
  ];
  return cases.map(([name, members, reason]) => ({
    name: `layout: ${name}`,
    members,
    expected: refused(reason),
  }));
}

/** Links, devices, duplicates, and archives that are not laid out as one model. */
export function hostileMembers(): readonly HostileCase[] {
  return [...links(), ...devices(), ...duplicates(), ...layouts()];
}
