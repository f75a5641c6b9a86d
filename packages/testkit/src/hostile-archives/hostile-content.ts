import { gitOidOf, sha256Of } from '../tools/bytes.ts';
import {
  CONFIG,
  type HostileCase,
  type HostileMember,
  METADATA,
  metadataText,
  refused,
  withMembers,
} from './hostile-case.ts';

const CONTENT = Buffer.from(String(CONFIG.content));
const COMMIT = 'c'.repeat(40);

interface Listed {
  readonly path: string;
  readonly size: number;
  readonly sha256?: string;
  readonly gitOid?: string;
  readonly lfs?: boolean;
}

const LISTED: Listed = {
  path: 'config.json',
  size: CONTENT.length,
  sha256: sha256Of(CONTENT),
  gitOid: gitOidOf(CONTENT),
  lfs: false,
};

function provenance(files: readonly Listed[], extra: object = {}): HostileMember {
  return {
    path: 'r/modelkeep.json',
    content: JSON.stringify({
      version: 1,
      commit: COMMIT,
      derived: false,
      files,
      omitted: [],
      ...extra,
    }),
  };
}

function pointer(digest = 'a'.repeat(64)): string {
  return `version https://git-lfs.github.com/spec/v1\noid sha256:${digest}\nsize 90888945\n`;
}

function pointers(): HostileCase[] {
  const weights = (content: string): HostileMember => ({
    path: 'r/model/model.safetensors',
    content,
  });
  const texts: readonly (readonly [string, string])[] = [
    ['a pointer', pointer()],
    ['a pointer with Windows line ends', pointer().replaceAll('\n', '\r\n')],
    ['a pointer without a last newline', pointer().trimEnd()],
    [
      'a pointer with an extension',
      pointer().replace('\noid', `\next-0-x sha256:${'b'.repeat(64)}\noid`),
    ],
    ['a pointer of the first git-lfs', pointer().replace('git-lfs.github', 'hawser.github')],
  ];
  return texts.map(([name, text]) => ({
    name: `content: ${name}`,
    members: withMembers(weights(text)),
    expected: refused('lfs-pointers', 'model.safetensors'),
  }));
}

function listings(): HostileCase[] {
  const cases: readonly (readonly [string, readonly HostileMember[], string])[] = [
    [
      'a file that is not listed',
      [provenance([LISTED]), { path: 'r/model/x', content: 'x' }],
      'not-listed',
    ],
    [
      'a listed file that is absent',
      [provenance([LISTED, { ...LISTED, path: 'gone' }])],
      'missing-file',
    ],
    ['another size', [provenance([{ ...LISTED, size: 8 }])], 'wrong-sizes'],
    ['a file listed twice', [provenance([LISTED, LISTED])], 'bad-provenance'],
    ['no digest', [provenance([{ path: 'config.json', size: 7, lfs: false }])], 'bad-provenance'],
    [
      'a digest in capitals',
      [provenance([{ ...LISTED, sha256: 'A'.repeat(64) }])],
      'bad-provenance',
    ],
    ['a size that is negative', [provenance([{ ...LISTED, size: -7 }])], 'bad-provenance'],
    ['a later version', [provenance([LISTED], { version: 2 })], 'provenance-version'],
    ['no version', [provenance([LISTED], { version: undefined })], 'provenance-version'],
    ['no files', [provenance([LISTED], { files: undefined })], 'bad-provenance'],
    [
      'a commit that leads out',
      [provenance([LISTED], { commit: `${'../'.repeat(13)}x` })],
      'bad-provenance',
    ],
    [
      'an omitted file that leads out',
      [provenance([LISTED], { omitted: [{ path: '../x', size: 1, lfs: false }] })],
      'path-leaves-root',
    ],
    [
      'an omitted file that is absolute',
      [provenance([LISTED], { omitted: [{ path: '/x', size: 1, lfs: false }] })],
      'path-absolute',
    ],
    ['not JSON', [{ path: 'r/modelkeep.json', content: '{' }], 'bad-json'],
    [
      'a key twice',
      [{ path: 'r/modelkeep.json', content: '{"version":1,"version":1}' }],
      'bad-json',
    ],
    [
      'a derived commit of other content',
      [provenance([LISTED], { derived: true })],
      'commits-disagree',
    ],
  ];
  return cases.flatMap(([name, members, reason]) => [
    {
      name: `listing: ${name}`,
      members: [METADATA, ...members, CONFIG],
      expected: refused(reason),
    },
    {
      name: `listing, last: ${name}`,
      members: [CONFIG, METADATA, ...members],
      expected: refused(reason),
    },
  ]);
}

function mismatches(): HostileCase[] {
  const expected = { code: 'integrity-mismatch', names: 'config.json' } as const;
  const listed = (change: Partial<Listed>): HostileMember[] => [
    provenance([{ ...LISTED, ...change }]),
  ];
  return [
    {
      name: 'listing: another digest',
      members: [METADATA, ...listed({ sha256: '0'.repeat(64) }), CONFIG],
      expected,
    },
    {
      name: 'listing: another git blob id',
      members: [METADATA, ...listed({ gitOid: '0'.repeat(40) }), CONFIG],
      expected,
    },
    {
      name: 'listing: another commit than the metadata',
      members: [
        { path: METADATA.path, content: metadataText({ commitHash: 'd'.repeat(40) }) },
        ...listed({}),
        CONFIG,
      ],
      expected: refused('commits-disagree'),
    },
  ];
}

/** Pointers instead of content, and content that is not what the archive itself lists. */
export function hostileContent(): readonly HostileCase[] {
  return [...pointers(), ...listings(), ...mismatches()];
}
