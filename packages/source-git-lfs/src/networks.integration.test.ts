import { rm } from 'node:fs/promises';
import { inspect } from 'node:util';
import type { ModelSource } from '@modelkeep/core/spi';
import { requires } from '@modelkeep/test-requirements';
import { expect, it, vi } from 'vitest';
import { watchCommandLines } from '../test/command-lines.ts';
import { bytesOf, failureOf, filesOf, gitServer, sourceOf, withoutSettings } from '../test/git.ts';
import { MODEL, WEIGHTS } from '../test/model.ts';
import { privateCertificate, tlsFront, tunnelProxy } from '../test/network.ts';
import { startAgent, startSshHost } from '../test/ssh-host.ts';

requires('git', 'openssl', 'openssh-server');

const TOKEN = 'hf_CanaryCanaryCanaryCanaryCanaryCanary42';

function homeFolder(): string {
  return process.env['HOME'] ?? '';
}

async function expectModel(source: ModelSource): Promise<void> {
  const { files, commit } = await filesOf(source, 'org/name');
  const weights = files.get('model.safetensors');
  if (weights === undefined) throw new Error('no weights');
  const { body } = await source.open('org/name', commit, weights);
  expect((await bytesOf(body)).equals(WEIGHTS)).toBe(true);
}

it('a real sshd gives a model to who has an agent, and to nobody else', async () => {
  const server = await gitServer({ accessToken: TOKEN });
  await server.addModel(MODEL);
  const folder = homeFolder();
  const authorization = `Basic ${Buffer.from(`ada:${TOKEN}`).toString('base64')}`;
  const host = await startSshHost(folder, {
    href: `${server.url}/org/name.git/info/lfs`,
    header: { Authorization: authorization },
  });
  vi.stubEnv('GIT_SSH_COMMAND', host.command);
  vi.stubEnv('SSH_AUTH_SOCK', undefined);
  const url = `${host.url}${server.folder}`;
  const refused = await failureOf(() => sourceOf({ url }).resolve('org/name', 'main'));
  expect(refused.code).toBe('access-denied');
  expect(refused.message).toContain('ssh-add');

  vi.stubEnv('SSH_AUTH_SOCK', await startAgent(folder, host.key));
  // Nobody but the agent has it now.
  await rm(host.key);
  using commands = watchCommandLines();
  await expectModel(sourceOf({ url }));
  const seen = [...commands.seen].join('\n');
  expect(seen).toContain('git-upload-pack');
  expect(seen).not.toContain(TOKEN);
  expect(seen).not.toContain(authorization);
});

it('a private authority is trusted where it is named, through a proxy too, and the token stays out of sight', async () => {
  const certificate = privateCertificate(await withoutSettings());
  const tls = await tlsFront(certificate);
  const server = await gitServer({ accessToken: TOKEN, publicUrl: tls.url });
  await server.addModel(MODEL);
  tls.target = Number(new URL(server.url).port);

  const unknown = await failureOf(() =>
    sourceOf(tls, { accessToken: TOKEN }).resolve('org/name', 'main'),
  );
  expect(unknown.code).toBe('source-unavailable');
  expect(unknown.message).toMatch(/certificate/i);

  const proxy = await tunnelProxy();
  const options = { accessToken: TOKEN, caFile: certificate.cert };
  using commands = watchCommandLines();
  for (const more of [{ proxy: false as const }, { proxy: proxy.url }]) {
    await expectModel(sourceOf(tls, { ...options, ...more }));
  }
  // git, and what fetches contents.
  expect(proxy.tunnels.length).toBeGreaterThan(1);
  expect(new Set(proxy.tunnels)).toEqual(new Set([new URL(tls.url).host]));
  const seen = [...commands.seen].join('\n');
  expect(seen).toContain('ls-remote');
  for (const secret of [TOKEN, Buffer.from(`git:${TOKEN}`).toString('base64')]) {
    expect(seen).not.toContain(secret);
    expect(inspect(unknown, { depth: 9, showHidden: true })).not.toContain(secret);
  }
});
