import { describe, expect, it } from 'vitest';
import type { ArchiveEntry } from '../spi/archive-format.ts';
import { isModelkeepError } from '../spi/errors.ts';
import { ArchiveIntake } from './archive-intake.ts';
import type { ArchivePlan } from './archive-plan.ts';

type Member = readonly [path: string, content?: string | Uint8Array, kind?: ArchiveEntry['kind']];

const METADATA: Member = [
  'r/model_metadata.json',
  JSON.stringify({ modelDefinition: { key: 'hf@org/name' }, url: 'https://h.test/x', version: 0 }),
];
const POINTER = `version https://git-lfs.github.com/spec/v1\noid sha256:${'a'.repeat(64)}\nsize 5\n`;
const APPLE_DOUBLE = Buffer.from('0005160700020000', 'hex');
const COMMIT = 'c'.repeat(40);

async function take(...members: Member[]): Promise<ArchivePlan & { stored: string[] }> {
  const intake = new ArchiveIntake();
  const stored: string[] = [];
  for (const [path, content = '', kind = 'file'] of members) {
    const bytes = Buffer.from(content);
    const admission = intake.admit({ path, kind, size: bytes.length });
    if (admission.action === 'text') await intake.keep(admission.record, bytes);
    if (admission.action === 'store') {
      stored.push(path);
      await intake.keep(admission.record, bytes.subarray(0, admission.headBytes));
    }
  }
  return { ...(await intake.finish()), stored };
}

async function refusal(...members: Member[]): Promise<string> {
  try {
    await take(...members);
    return 'accepted';
  } catch (error) {
    if (!isModelkeepError(error, 'archive-invalid')) throw error;
    return String(error.details['reason']);
  }
}

function metadata(extra: object, root = 'r/'): Member {
  const base = JSON.parse(String(METADATA[1])) as object;
  return [`${root}model_metadata.json`, JSON.stringify({ ...base, ...extra })];
}

function provenance(files: object[], extra: object = {}): Member {
  return [
    'r/modelkeep.json',
    JSON.stringify({ version: 1, commit: COMMIT, derived: false, files, omitted: [], ...extra }),
  ];
}

const listed = (path: string, size: number): object => ({
  path,
  size,
  sha256: 'b'.repeat(64),
  lfs: false,
});

describe('where the root is', () => {
  it.each([
    ['a root folder', [['r', '', 'directory'], METADATA, ['r/model/a', 'A']]],
    [
      './ in front',
      [
        ['.', '', 'directory'],
        ['./r/model/a', 'A'],
        [`./${METADATA[0]}`, METADATA[1]],
      ],
    ],
    ['no root folder', [['model/a', 'A'], metadata({}, '')]],
    ['a root called model', [['model/model/a', 'A'], metadata({}, 'model/')]],
    [
      'metadata before and after junk',
      [['._r', 'x'], METADATA, ['__MACOSX/r/model/b', 'x'], ['r/model/a', 'A']],
    ],
  ] as [string, Member[]][])('%s', async (_name, members) => {
    const plan = await take(...members);
    expect(plan.files.map(({ path, size }) => [path, size])).toEqual([['a', 1]]);
    expect(plan.ref.key).toBe('hf@org/name');
  });

  it('keeps a model_metadata.json of the repository itself', async () => {
    const own: Member = ['model/model_metadata.json', 'of the repository'];
    for (const members of [
      [own, metadata({}, '')],
      [metadata({}, ''), own],
    ]) {
      const plan = await take(...members, ['model/model/a', 'A']);
      expect(plan.files.map(({ path }) => path)).toEqual(['model/a', 'model_metadata.json']);
      const file = plan.files[1];
      const content =
        file?.content === undefined ? undefined : Buffer.from(file.content).toString();
      expect(content ?? plan.stored.includes('model/model_metadata.json')).toBeTruthy();
    }
  });

  it('refuses what is no model, or two', async () => {
    expect(await refusal(METADATA)).toBe('no-model');
    expect(await refusal(['r/model/a', 'A'])).toBe('no-metadata');
    expect(await refusal(METADATA, ['r/model/a'], ['s/model/a'])).toBe('two-models');
    expect(await refusal(METADATA, ['r/model/a'], ['model/a'])).toBe('two-models');
    expect(await refusal(['model/a'], ['s/model/a'])).toBe('two-models');
    expect(await refusal(metadata({}, ''), ['model/a'], METADATA)).toBe('two-models');
  });
});

describe('what is left out', () => {
  it('names what lies beside the model', async () => {
    const plan = await take(
      METADATA,
      ['r/model/a', 'A'],
      ['r/x/1'],
      ['r/x/2'],
      ['top.txt'],
      ['r/.DS_Store'],
    );
    expect(plan.warnings).toEqual([
      'left out "r/x/": it is no part of the model',
      'left out "top.txt": it is no part of the model',
      'left out "r/.DS_Store": it is no part of the model',
    ]);
    expect(plan.stored).toEqual(['r/model/a']);
  });

  it('reads the commit of .git and keeps nothing of it', async () => {
    const plan = await take(
      METADATA,
      ['r/model/a', 'A'],
      ['r/model/.git/HEAD', 'ref: refs/heads/main\n'],
      ['r/model/.git/refs/heads/main', `${COMMIT}\n`],
      ['r/model/.git/config', '[core]\n\thooksPath = /evil\n'],
      ['r/model/.git/objects/aa/bb', 'x'],
    );
    expect(plan.commit).toBe(COMMIT);
    expect(plan.files.map(({ path }) => path)).toEqual(['a']);
    expect(plan.warnings).toEqual([]);
    expect(plan.stored).toEqual(['r/model/a']);
  });

  it('leaves out files of desktop systems inside the model, unless they are counted or listed', async () => {
    const members: Member[] = [
      ['r/model/a', 'A'],
      ['r/model/._a', APPLE_DOUBLE],
      ['r/model/._real', 'not AppleDouble'],
      ['r/model/.DS_Store', 'x'],
    ];
    const without = await take(METADATA, ...members);
    expect(without.files.map(({ path }) => path)).toEqual(['._real', 'a']);
    expect(without.warnings).toHaveLength(2);
    const counted = await take(metadata({ sizeInBytes: 25 }), ...members);
    expect(counted.files).toHaveLength(4);
    const uncounted = await take(metadata({ sizeInBytes: 16 }), ...members);
    expect(uncounted.files).toHaveLength(2);
  });

  it('leaves out the notes of a download client', async () => {
    const plan = await take(
      METADATA,
      ['r/model/a', 'A'],
      ['r/model/.cache/huggingface/download/a.lock'],
    );
    expect(plan.files.map(({ path }) => path)).toEqual(['a']);
  });
});

describe('what is refused', () => {
  it.each([
    ['symbolic-link', ['r/model/l', '', 'symlink']],
    ['hard-link', ['r/model/l', '', 'hardlink']],
    ['special-file', ['r/model/l', '', 'other']],
    ['duplicate-member', ['r/model/a', 'B']],
    ['duplicate-member', ['./r/model/a', 'B']],
    ['file-and-folder', ['r/model/a/b', 'B']],
    ['path-leaves-root', ['r/model/../../x', 'B']],
  ] as [string, Member][])('%s', async (reason, member) => {
    expect(await refusal(METADATA, ['r/model/a', 'A'], member)).toBe(reason);
  });

  it('takes a folder that is named twice', async () => {
    expect(
      await refusal(
        METADATA,
        ['r/model', '', 'directory'],
        ['r/model', '', 'directory'],
        ['r/model/a', 'A'],
      ),
    ).toBe('accepted');
  });

  it('pointers in place of content, by name', async () => {
    await expect(
      take(METADATA, ['r/model/config.json', '{}'], ['r/model/w.bin', POINTER]),
    ).rejects.toThrow(/pointers instead of the content of "w\.bin".*git lfs pull/);
  });

  it('sizes other than the declared ones, before the content is read', async () => {
    expect(await refusal(metadata({ sizeInBytes: 2 }), ['r/model/a', 'A'])).toBe('wrong-sizes');
    const intake = new ArchiveIntake();
    const bytes = Buffer.from(String(metadata({ sizeInBytes: 2 })[1]));
    const admission = intake.admit({
      path: 'r/model_metadata.json',
      kind: 'file',
      size: bytes.length,
    });
    if (admission.action !== 'text') throw new Error('metadata is read');
    await intake.keep(admission.record, bytes);
    expect(() => intake.admit({ path: 'r/model/a', kind: 'file', size: 3 })).toThrow(
      /sizeInBytes 2/,
    );
  });

  it('files that modelkeep.json does not list, lacks, or gives another size', async () => {
    const good = provenance([listed('a', 1)]);
    expect(await refusal(METADATA, good, ['r/model/a', 'A'])).toBe('accepted');
    expect(await refusal(METADATA, good, ['r/model/a', 'A'], ['r/model/b', 'B'])).toBe(
      'not-listed',
    );
    expect(await refusal(METADATA, ['r/model/a', 'A'], ['r/model/b', 'B'], good)).toBe(
      'not-listed',
    );
    expect(await refusal(METADATA, good, ['r/model/a', 'AA'])).toBe('wrong-sizes');
    expect(await refusal(METADATA, ['r/model/a', 'AA'], good)).toBe('wrong-sizes');
    expect(
      await refusal(METADATA, provenance([listed('a', 1), listed('b', 1)]), ['r/model/a', 'A']),
    ).toBe('missing-file');
    expect(await refusal(metadata({ commitHash: 'd'.repeat(40) }), good, ['r/model/a', 'A'])).toBe(
      'commits-disagree',
    );
    const outside = provenance([listed('a', 1)], {
      omitted: [{ path: '../x', size: 1, lfs: false }],
    });
    expect(await refusal(METADATA, outside, ['r/model/a', 'A'])).toBe('path-leaves-root');
  });
});

describe('what is git-lfs', () => {
  it('is told by .gitattributes and by size, or by modelkeep.json', async () => {
    const plan = await take(
      METADATA,
      ['r/model/.gitattributes', '*.bin filter=lfs diff=lfs merge=lfs -text\n'],
      ['r/model/w.bin', 'W'],
      ['r/model/config.json', '{}'],
    );
    expect(plan.files.map(({ path, lfs }) => [path, lfs])).toEqual([
      ['.gitattributes', false],
      ['config.json', false],
      ['w.bin', true],
    ]);
    const own = await take(METADATA, provenance([{ ...listed('w.bin', 1), lfs: false }]), [
      'r/model/w.bin',
      'W',
    ]);
    expect(own.files[0]?.lfs).toBe(false);
    expect(own.commit).toBe(COMMIT);
  });
});
