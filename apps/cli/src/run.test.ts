import { ModelkeepError } from '@modelkeep/core/spi';
import { describe, expect, it } from 'vitest';
import { cachedModel, notCached } from '../test/fake-cache.ts';
import { runCommand } from '../test/run-command.ts';

const failing = (error: unknown): { getModelFromCache: () => Promise<string> } => ({
  getModelFromCache: () => Promise.reject(error),
});

describe('errors', () => {
  it('are one line, a hint and a status', async () => {
    const outcome = await runCommand(['path', 'org/m'], { cache: failing(notCached('org/m')) });
    expect(outcome).toMatchObject({
      status: 3,
      stdout: '',
      stderr: 'error: org/m is not in the cache; run: modelkeep pull org/m\n',
    });
    const gated = new ModelkeepError('gated', 'org/m is gated');
    expect((await runCommand(['path', 'm'], { cache: failing(gated) })).stderr).toBe(
      "error: org/m is gated\nhint: accept the terms on the model's page, and set HF_TOKEN to a token of that account\n",
    );
  });

  it('are JSON on stderr with --json, and nothing on stdout', async () => {
    const error = new ModelkeepError('no-space', 'the disk is full', {
      details: { path: '/srv' },
    });
    const outcome = await runCommand(['path', 'm', '--json'], { cache: failing(error) });
    expect(outcome).toMatchObject({ status: 7, stdout: '' });
    expect(JSON.parse(outcome.stderr)).toEqual({
      error: {
        code: 'no-space',
        message: 'the disk is full',
        details: { path: '/srv' },
        hint: '`modelkeep du` shows what takes room, `modelkeep gc`, `modelkeep evict` and `modelkeep rm` free it',
      },
    });
  });

  it('say once what to do about them', async () => {
    const own = new ModelkeepError('no-space', 'too large', { details: { path: 'a', hint: 'b' } });
    const { stderr } = await runCommand(['path', 'm', '--json'], { cache: failing(own) });
    expect(JSON.parse(stderr)).toEqual({
      error: { code: 'no-space', message: 'too large', details: { path: 'a' }, hint: 'b' },
    });
    const counted = new ModelkeepError('no-space', 'too small: make the local tier larger', {
      details: { neededBytes: 2, maxBytes: 1 },
    });
    const outcome = await runCommand(['path', 'm'], { cache: failing(counted) });
    expect(outcome).toMatchObject({
      status: 7,
      stderr: 'error: too small: make the local tier larger\n',
    });
  });

  it('of the configuration are one line for each problem', async () => {
    const error = new ModelkeepError('config-invalid', 'f:1: a (and 1 more)', {
      details: { problems: ['f:1: a', 'f:2: b'] },
    });
    const outcome = await runCommand(['ls'], { cache: error });
    expect(outcome).toMatchObject({ status: 2, stderr: 'error: f:1: a\nerror: f:2: b\n' });
  });

  it('show causes and stacks only if they are asked for, and never a token', async () => {
    const cause = new Error('refused https://u:pw@h.example/a?X-Amz-Signature=abc hf_abcdefghijk');
    const error = new ModelkeepError('source-unavailable', 'no answer', { cause });
    const plain = await runCommand(['path', 'm'], { cache: failing(error) });
    expect(plain.stderr).not.toContain('refused');
    const debug = await runCommand(['path', 'm'], {
      cache: failing(error),
      env: { MODELKEEP_DEBUG: '1' },
    });
    expect(debug.status).toBe(6);
    expect(debug.stderr).toContain('caused by: Error: refused https://***@h.example/a?*** hf_***');
    expect(debug.stderr).not.toMatch(/:pw@|X-Amz|abcdefghijk/);
  });

  it('show no control character of a name', async () => {
    const outcome = await runCommand(['path', 'm'], { cache: failing(new Error('a\u001b[2Jb')) });
    expect(outcome).toMatchObject({ status: 1, stderr: 'error: a\\u001b[2Jb\n' });
  });

  it('of a network that leads nowhere say what else there is', async () => {
    const error = (hop: string): ModelkeepError =>
      new ModelkeepError('source-unavailable', 'no answer', { details: { hop } });
    const hint = async (hop: string): Promise<string> =>
      (await runCommand(['path', 'm'], { cache: failing(error(hop)) })).stderr;
    expect(await hint('dns')).toContain('HTTPS_PROXY');
    expect(await hint('connect')).toContain('HF_HUB_OFFLINE=1');
    expect(await hint('reset')).not.toContain('HTTPS_PROXY');
  });

  it('of a full disk are no-space, whoever met them', async () => {
    const error = Object.assign(new Error('ENOSPC: no space left'), { code: 'ENOSPC' });
    expect((await runCommand(['path', 'm'], { cache: failing(error) })).status).toBe(7);
  });
});

describe('usage', () => {
  it.each([
    [[], 2],
    [['--help'], 0],
    [['help', 'pull'], 0],
    [['--version'], 0],
    [['pul', 'x'], 2],
    [['pull'], 2],
    [['path', 'a', 'b'], 2],
    [['ls', '--wrong'], 2],
    [['export', 'a'], 2],
    [['export', 'a', '-o', 'f', '--format', 'rar'], 2],
  ])('%j ends with %i and opens no cache', async (args, status) => {
    const outcome = await runCommand(args);
    expect(outcome.status).toBe(status);
    expect(outcome.opened).toEqual([]);
    if (args.length > 0) expect(status === 0 ? outcome.stderr : outcome.stdout).toBe('');
  });

  it('says what was meant', async () => {
    const { stderr } = await runCommand(['pul', 'x']);
    expect(stderr).toBe(
      "error: unknown command 'pul' (Did you mean pull?)\nhint: `modelkeep --help` says what is possible\n",
    );
    expect((await runCommand(['--quiet', 'pull', 'm', '--inclde'])).stderr).toContain(
      'hint: `modelkeep pull --help` says',
    );
    expect((await runCommand(['rm', 'm'])).stderr).toBe(
      'error: rm asks before it removes, and there is no terminal to ask on: add --yes\n',
    );
    expect(JSON.parse((await runCommand(['ls', '--wrong', '--json'])).stderr)).toMatchObject({
      error: { code: 'usage' },
    });
  });

  it('takes global options before and after the command', async () => {
    const cache = {
      getModelFromCache: () => Promise.resolve('/f'),
      findModel: (name: string) => Promise.resolve(cachedModel(name)),
    };
    const before = await runCommand(['--home', 'h', '--config', 'c', '--json', 'path', 'm'], {
      cache,
    });
    const after = await runCommand(['path', 'm', '--home', 'h', '--config', 'c', '--json'], {
      cache,
    });
    expect(before).toEqual(after);
    expect(after.opened).toEqual([{ home: 'h', config: 'c', archives: false }]);
    expect(JSON.parse(after.stdout)).toEqual({ path: '/f' });
  });
});

describe('an interrupt', () => {
  it('ends with 130 and says how to go on', async () => {
    const controller = new AbortController();
    const outcome = await runCommand(['pull', 'org/m@v 1', '--include', '*.json'], {
      signal: controller.signal,
      cache: {
        pullModel: () => {
          controller.abort(new Error('stop'));
          return Promise.reject(new Error('stop'));
        },
      },
    });
    expect(outcome).toMatchObject({
      status: 130,
      stdout: '',
      stderr:
        "interrupted: what was fetched is kept; resume with: modelkeep pull 'org/m@v 1' --include '*.json'\n",
    });
  });
});

describe('colour', () => {
  const cache = failing(new Error('x'));
  it.each([
    [{ stderr: true }, {}, true],
    [{ stderr: true }, { NO_COLOR: '1' }, false],
    [{ stderr: true }, { TERM: 'dumb' }, false],
    [{ stdout: true }, {}, false],
    [{}, { FORCE_COLOR: '1' }, true],
  ])('on terminals %j with %j: %s', async (terminal, env, coloured) => {
    const { stderr } = await runCommand(['path', 'm'], { cache, terminal, env });
    expect(stderr.includes('\u001b[')).toBe(coloured);
  });
});
