import type { CopyReport } from '@modelkeep/core';
import { describe, expect, it } from 'vitest';
import { type Outcome, runCommand } from '../../test/run-command.ts';
import type { OpenMigrationOptions } from '../host.ts';

const REPORT: CopyReport = {
  dryRun: false,
  models: 2,
  newer: ['hf@org/newer'],
  copied: { count: 3, bytes: 2_000_000 },
  linked: { count: 1, bytes: 1_000_000 },
  present: { count: 1, bytes: 500 },
  records: { users: 2, audit: 0 },
  problems: [],
};
const PROBLEM = {
  modelId: 'org/one',
  commit: 'c'.repeat(40),
  path: 'a\u001b.bin',
  digest: 'd'.repeat(64),
  reason: 'it is damaged',
};

describe('migrate', () => {
  const asked: OpenMigrationOptions[] = [];
  let closed = 0;
  const migrate = (args: readonly string[], changes: Partial<CopyReport> = {}): Promise<Outcome> =>
    runCommand(['migrate', ...args], {
      cwd: '/work',
      openMigration: (options) => {
        asked.push(options);
        return Promise.resolve({
          target: options.to,
          copy: ({ dryRun = false } = {}) => Promise.resolve({ ...REPORT, dryRun, ...changes }),
          close: () => {
            closed += 1;
            return Promise.resolve();
          },
        });
      },
    });

  it('says what was copied, and where to go on', async () => {
    const { status, stdout, stderr } = await migrate(['--to', 'new.yaml', '--home', '/old']);
    expect(status).toBe(0);
    expect(asked.at(-1)).toEqual({ home: '/old', to: '/work/new.yaml' });
    expect(stdout).toBe(
      '2 models: copied 2.00 MB in 3 files (1.00 MB by linking); 500 B were there\ncopied records: 2 users\n',
    );
    expect(stderr).toContain('hf@org/newer was fetched later there');
    expect(stderr).toContain('then use /work/new.yaml instead');
    expect(closed).toBe(1);
  });

  it('names what could not be copied, and ends with 5', async () => {
    const { status, stderr } = await migrate(['--to', 'x'], { problems: [PROBLEM] });
    expect(status).toBe(5);
    expect(stderr).toContain(
      'org/one@cccccccccccc: a\\u001b.bin was left out: it is damaged\nmend the old store',
    );
    const { stdout, status: jsonStatus } = await migrate(['--to', 'x', '--json'], {
      problems: [PROBLEM],
    });
    expect(jsonStatus).toBe(5);
    expect(JSON.parse(stdout)).toMatchObject({ models: 2, problems: [PROBLEM] });
  });

  it('only tells, with --dry-run', async () => {
    const { stdout, stderr } = await migrate(['--to', 'x', '--dry-run']);
    expect(stdout).toContain('would copy 2.00 MB');
    expect(stderr).not.toContain('instead');
  });

  it('needs a place, and a store of this machine', async () => {
    expect((await migrate([])).status).toBe(2);
    const remote = await migrate(['--to', 'x', '--server', 'http://there']);
    expect(remote).toMatchObject({ status: 2, stdout: '' });
    expect(remote.stderr).toContain('leave out --server');
  });
});
