import { expect, it } from 'vitest';
import { type GitSettings, localEnvironment, remoteEnvironment } from './git-environment.ts';

const TOKEN = 'hf_CanaryCanaryCanaryCanaryCanaryCanary42';
const SETTINGS: GitSettings = {
  program: 'git',
  scheme: 'https',
  endpoint: 'https://host.test/deep',
  username: 'ada',
  token: () => TOKEN,
  proxy: undefined,
  noProxy: undefined,
  caFile: undefined,
  stallTimeoutMs: 20_000,
};

function configOf(env: Readonly<Record<string, string>>): Map<string, string> {
  const count = Number(env['GIT_CONFIG_COUNT']);
  return new Map(
    Array.from({ length: count }, (_, index) => [
      env[`GIT_CONFIG_KEY_${index}`] ?? '',
      env[`GIT_CONFIG_VALUE_${index}`] ?? '',
    ]),
  );
}

it('keeps what says how to reach a host, and nothing that could lead git elsewhere', () => {
  const env = remoteEnvironment(SETTINGS, 'known', {
    PATH: '/bin',
    HOME: '/home/ada',
    SSH_AUTH_SOCK: '/agent',
    GIT_SSH_COMMAND: 'ssh -i key',
    GIT_DIR: '/elsewhere',
    GIT_CONFIG_PARAMETERS: "'core.hooksPath=/evil'",
    GIT_CONFIG_COUNT: '99',
    GIT_EXTERNAL_DIFF: 'evil',
    GIT_TRACE_CURL: '1',
    GIT_PROXY_COMMAND: 'evil',
  });
  expect(env).toMatchObject({ HOME: '/home/ada', SSH_AUTH_SOCK: '/agent', LC_ALL: 'C' });
  expect(env['GIT_SSH_COMMAND']).toBe('ssh -i key');
  expect(env['GIT_ALLOW_PROTOCOL']).toBe('https');
  for (const name of ['GIT_DIR', 'GIT_CONFIG_PARAMETERS', 'GIT_EXTERNAL_DIFF', 'GIT_TRACE_CURL']) {
    expect(env, name).not.toHaveProperty(name);
  }
  const config = configOf(env);
  expect(config.get('core.hooksPath')).toBe('/dev/null');
  expect(config.get('fetch.recurseSubmodules')).toBe('false');
  expect(config.get('protocol.version')).toBe('2');
});

it('gives the token to a helper for its own origin alone, and only where it is needed', () => {
  const known = remoteEnvironment(SETTINGS, 'known', {});
  expect(known).toMatchObject({ MODELKEEP_GIT_USERNAME: 'ada', MODELKEEP_GIT_TOKEN: TOKEN });
  const config = configOf(known);
  expect(config.get('credential.helper')).toBe('');
  expect(config.get('credential.https://host.test.helper')).toContain('$MODELKEEP_GIT_TOKEN');
  expect([...config.values()].join()).not.toContain(TOKEN);

  const anonymous = remoteEnvironment(SETTINGS, 'anonymous', { GIT_ASKPASS: 'ask' });
  expect(JSON.stringify(anonymous)).not.toContain(TOKEN);
  expect(anonymous['GIT_ASKPASS']).toBe('');
  expect(configOf(anonymous).get('credential.helper')).toBe('');
});

it('leaves git its own credentials where no token was given', () => {
  const settings = { ...SETTINGS, token: () => undefined };
  const env = remoteEnvironment(settings, 'known', { GIT_ASKPASS: 'ask' });
  expect(env['GIT_ASKPASS']).toBe('ask');
  expect(configOf(env).has('credential.helper')).toBe(false);
});

it('passes the proxy and the authorities on', () => {
  const settings = { ...SETTINGS, proxy: 'http://p:1', caFile: '/ca.pem', noProxy: 'a.test' };
  const env = remoteEnvironment(settings, 'known', {});
  expect(configOf(env).get('http.proxy')).toBe('http://p:1');
  // git reads it before its settings: what this machine has must not win.
  const machine = { GIT_SSL_CAINFO: '/git.pem', SSL_CERT_FILE: '/machine.pem' };
  const caOf = (caFile: string | undefined, from: object): string | undefined =>
    remoteEnvironment({ ...SETTINGS, caFile }, 'known', { ...from })['GIT_SSL_CAINFO'];
  expect(env['GIT_SSL_CAINFO']).toBe('/ca.pem');
  expect(caOf('/ca.pem', machine)).toBe('/ca.pem');
  expect(caOf(undefined, machine)).toBe('/git.pem');
  expect(caOf(undefined, { SSL_CERT_FILE: '/machine.pem' })).toBe('/machine.pem');
  expect(caOf(undefined, {})).toBeUndefined();
  expect(env['NO_PROXY']).toBe('a.test');
  expect(
    configOf(remoteEnvironment({ ...SETTINGS, proxy: false }, 'known', {})).get('http.proxy'),
  ).toBe('');
});

it('reaches nobody where it only reads', () => {
  expect(localEnvironment({})['GIT_ALLOW_PROTOCOL']).toBe('none');
});
