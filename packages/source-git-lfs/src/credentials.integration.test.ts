import { chmod, readFile, writeFile } from 'node:fs/promises';
import { inspect } from 'node:util';
import { requires } from '@modelkeep/test-requirements';
import { describe, expect, it, vi } from 'vitest';
import { bytesOf, failureOf, filesOf, gitServer, sourceOf } from '../test/git.ts';
import { MODEL, WEIGHTS } from '../test/model.ts';

requires('git');

const TOKEN = 'hf_CanaryCanaryCanaryCanaryCanaryCanary42';

describe('credentials', () => {
  it('are asked for only where anybody is refused, and such a model is private', async () => {
    const server = await gitServer({ accessToken: TOKEN });
    await server.addModel(MODEL);
    const denied = await failureOf(() => sourceOf(server).resolve('org/name', 'main'));
    expect(denied.code).toBe('access-denied');
    expect(denied.message).toContain('git credential approve');

    const source = sourceOf(server, { accessToken: TOKEN });
    expect(await source.resolve('org/name', 'main')).toMatchObject({ private: true });
    const { files, commit } = await filesOf(source, 'org/name');
    const weights = files.get('model.safetensors');
    if (weights === undefined) throw new Error('no weights');
    const { body } = await source.open('org/name', commit, weights);
    expect((await bytesOf(body)).equals(WEIGHTS)).toBe(true);

    const wrong = await failureOf(() =>
      sourceOf(server, { accessToken: `${TOKEN}x` }).resolve('org/name', 'main'),
    );
    expect(wrong.code).toBe('access-denied');
    expect(wrong.message).toContain('its token is wrong');
    expect(inspect([denied, wrong], { depth: 9, showHidden: true })).not.toContain(TOKEN);
  });

  it('are those that git has', async () => {
    const server = await gitServer({ accessToken: TOKEN });
    await server.addModel(MODEL);
    const home = process.env['HOME'] ?? '';
    const { host } = new URL(server.url);
    await writeFile(`${home}/.git-credentials`, `http://ada:${TOKEN}@${host}\n`);
    await writeFile(`${home}/.gitconfig`, '[credential]\n\thelper = store\n');
    const source = sourceOf(server);
    const { files, commit } = await filesOf(source, 'org/name');
    const weights = files.get('model.safetensors');
    if (weights === undefined) throw new Error('no weights');
    const { body } = await source.open('org/name', commit, weights);
    expect((await bytesOf(body)).equals(WEIGHTS)).toBe(true);
  });

  it('are never on a command line', async () => {
    const server = await gitServer({ accessToken: TOKEN });
    await server.addModel(MODEL);
    const home = process.env['HOME'] ?? '';
    const spy = `${home}/git`;
    await writeFile(spy, `#!/bin/sh\nprintf '%s ' "$@" >>'${home}/seen'\nexec git "$@"\n`);
    await chmod(spy, 0o700);
    await filesOf(sourceOf(server, { accessToken: TOKEN, git: spy }), 'org/name');
    const seen = await readFile(`${home}/seen`, 'utf8');
    expect(seen).toContain('ls-remote');
    expect(seen).not.toContain(TOKEN);
    expect(seen).not.toContain(Buffer.from(`git:${TOKEN}`).toString('base64'));
  });

  it('go over ssh as git has them, and git-lfs says there what lets us in', async () => {
    const server = await gitServer({ accessToken: TOKEN });
    await server.addModel(MODEL);
    const home = process.env['HOME'] ?? '';
    // As a host would: git runs there in the folder, and git-lfs-authenticate names the server.
    const authorization = `Basic ${Buffer.from(`ada:${TOKEN}`).toString('base64')}`;
    const href = `${server.url}/org/name.git/info/lfs`;
    const answer = JSON.stringify({ href, header: { Authorization: authorization } });
    await writeFile(
      `${home}/ssh`,
      `#!/bin/sh
while [ $# -gt 1 ]; do shift; done
case "$1" in
  git-lfs-authenticate*) echo '${answer}' ;;
  *) echo "$1" >>'${home}/commands'; eval "$1" ;;
esac
`,
    );
    await chmod(`${home}/ssh`, 0o700);
    vi.stubEnv('GIT_SSH_COMMAND', `'${home}/ssh'`);
    const endpoint = `ssh://git@127.0.0.1${server.folder}`;
    const source = sourceOf({ url: endpoint });
    expect(source.endpoint).toBe(`ssh://127.0.0.1${server.folder}`);
    expect(await source.resolve('org/name', 'main')).toMatchObject({ private: true });
    const { files, commit } = await filesOf(source, 'org/name');
    const weights = files.get('model.safetensors');
    if (weights === undefined) throw new Error('no weights');
    const { body } = await source.open('org/name', commit, weights);
    expect((await bytesOf(body)).equals(WEIGHTS)).toBe(true);
    expect(await readFile(`${home}/commands`, 'utf8')).toContain('git-upload-pack');
  });
});
