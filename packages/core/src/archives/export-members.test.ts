import { describe, expect, it } from 'vitest';
import type { Entry, Snapshot } from '../spi/model.ts';
import { archiveBaseName } from './archive-file-name.ts';
import { derivedCommit } from './derived-commit.ts';
import { exportMembers } from './export-members.ts';
import { formatProvenance, parseProvenance } from './provenance.ts';

const digest = 'a'.repeat(64);
const snapshot: Snapshot = {
  modelId: 'org/name',
  commit: 'c'.repeat(40),
  derived: false,
  files: [
    { path: 'b.bin', size: 20, digest, lfs: true },
    { path: 'a.txt', size: 3, digest, gitOid: 'd'.repeat(40), lfs: false },
  ],
  omitted: [{ path: 'z', size: 1, gitOid: 'e'.repeat(40), lfs: false }],
  createdAt: 5,
};
const entry: Entry = {
  key: 'hf@org/name',
  modelId: 'org/name',
  revision: 'main',
  commit: snapshot.commit,
  metadata: {
    zebra: 1,
    modelDefinition: { key: 'hf@org/name', more: true },
    url: 'https://h.test/org%2Fname/tree/main',
    version: 0,
    lastUsedBy: null,
  },
  downloadedBy: 'ada',
  downloadDate: 7,
  pinned: false,
};

describe('archiveBaseName', () => {
  it.each([
    ['hf@sentence-transformers/all-MiniLM-L6-v2', 'sentence-transformers_2fall-MiniLM-L6-v2'],
    ['hf@gpt2', 'gpt2'],
    ['hf@google/bert_base_7b', 'google_2fbert_base_7b'],
    ['hf@a_2fb', 'a_5f2fb'],
    ['hf@org/name@refs/pr/1', 'org_2fname_40refs_2fpr_2f1'],
    ['hf@org/name@v1 ü', 'org_2fname_40v1_20_c3_bc'],
    ['hf@con', '_63on'],
  ])('%s', (key, name) => {
    expect(archiveBaseName(key)).toBe(name);
  });

  it('is short for a long revision, and still its own', () => {
    const names = ['x', 'y'].map((end) => archiveBaseName(`hf@org/name@${'r'.repeat(250)}${end}`));
    expect(names[0]).not.toBe(names[1]);
    for (const name of names) expect(name.length).toBeLessThanOrEqual(200);
  });
});

describe('exportMembers', () => {
  const text = (index: number, from = entry): string => {
    const member = exportMembers(from, snapshot)[index];
    return member !== undefined && 'text' in member ? Buffer.from(member.text).toString() : '';
  };

  it('puts the metadata first, then the files by path', () => {
    expect(exportMembers(entry, snapshot).map(({ path }) => path)).toEqual([
      'org_2fname/model_metadata.json',
      'org_2fname/modelkeep.json',
      'org_2fname/model/a.txt',
      'org_2fname/model/b.bin',
    ]);
  });

  it('keeps unknown fields and their order, and fills in what the entry knows', () => {
    const written = JSON.parse(text(0)) as Record<string, unknown>;
    expect(Object.keys(written)).toEqual([
      'zebra',
      'modelDefinition',
      'url',
      'version',
      'lastUsedBy',
      'commitHash',
      'downloadDate',
      'downloadedBy',
      'sizeInBytes',
    ]);
    expect(written).toMatchObject({
      lastUsedBy: null,
      sizeInBytes: 23,
      commitHash: snapshot.commit,
    });
    expect(written['modelDefinition']).toEqual({ key: 'hf@org/name', more: true });
  });

  it('changes with a use, and with nothing else of this machine', () => {
    expect(text(0, { ...entry, connection: 'here', pinned: true })).toBe(text(0));
    expect(JSON.parse(text(0, { ...entry, lastUsed: 9, lastUsedBy: 'bob' }))).toMatchObject({
      lastDssUsage: 9,
      lastUsedBy: 'bob',
    });
    expect(text(1, { ...entry, lastUsed: 9, connection: 'here' })).toBe(text(1));
  });

  it('refuses a name that no import would take', () => {
    const file = { path: 'sub/ends with a dot.', size: 3, digest, lfs: true };
    expect(() => exportMembers(entry, { ...snapshot, files: [file] })).toThrow(
      /org\/name cannot be exported: .*ends with a dot.*--exclude/,
    );
  });

  it('does not write a derived commit as the upstream one', () => {
    const [member] = exportMembers(entry, { ...snapshot, derived: true });
    const written =
      member !== undefined && 'text' in member ? Buffer.from(member.text).toString() : '';
    expect(written).not.toContain('commitHash');
  });
});

describe('modelkeep.json', () => {
  it('gives back what was written', async () => {
    const read = await parseProvenance(formatProvenance(snapshot, entry.metadata));
    expect(read).toMatchObject({
      commit: snapshot.commit,
      derived: false,
      endpoint: 'https://h.test',
    });
    expect(read.files).toEqual(snapshot.files);
    expect(read.omitted).toEqual(snapshot.omitted);
  });

  it.each([
    ['{"version":2}', /version 2; known is 1/],
    ['{"version":1}', /is not as it should be/],
    [
      formatProvenance(
        { ...snapshot, files: [...snapshot.files, ...snapshot.files] },
        entry.metadata,
      ),
      /twice/,
    ],
  ])('refuses %.20s', async (text, message) => {
    await expect(parseProvenance(text)).rejects.toThrow(message);
  });
});

describe('derivedCommit', () => {
  it('is told by content alone, whatever the order', () => {
    const files = [
      { path: 'b', size: 1, digest },
      { path: 'a', size: 2, digest },
    ];
    expect(derivedCommit(files)).toBe(derivedCommit(files.toReversed()));
    expect(derivedCommit(files)).toMatch(/^[0-9a-f]{40}$/);
    expect(derivedCommit(files)).not.toBe(
      derivedCommit([
        { path: 'b', size: 2, digest },
        { path: 'a', size: 2, digest },
      ]),
    );
  });

  it('stays what it is: stored ids depend on it', () => {
    expect(derivedCommit([{ path: 'a', size: 2, digest }])).toBe(
      'a3fce4f417e3d607b39566774ccd39f59742be25',
    );
  });
});
