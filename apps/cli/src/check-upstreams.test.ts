import { hostname } from 'node:os';
import type { ModelkeepConfig } from '@modelkeep/config';
import { expect, it } from 'vitest';
import { checkUpstreams } from './check-upstreams.ts';

const check = (
  endpoint: string,
  listening = '127.0.0.1:8080',
  server: ModelkeepConfig['server'] = {},
  fromEnvironment = true,
): void => {
  const { hostname: host, port } = new URL(`http://${listening}`);
  const connection = { name: 'a', type: 'hub', endpoint, models: ['**'], populateOnUse: true };
  const connections = [fromEnvironment ? { ...connection, fromEnvironment } : connection];
  const where = (): string => 'f.yaml:2:3: connections[0].endpoint';
  checkUpstreams({ connections, server, where }, { host, port: Number(port) });
};

type Setting = [endpoint: string, listening?: string, server?: ModelkeepConfig['server']];

it.each<Setting>([
  ['http://127.0.0.1:8080'],
  ['http://localhost:8080/'],
  ['http://127.0.0.1:8080', '0.0.0.0:8080'],
  [`http://${hostname()}:8080`, '0.0.0.0:8080'],
  ['http://10.1.2.3:8080', '10.1.2.3:8080'],
  ['http://cache:8080', '0.0.0.0:8080', { allowedHosts: ['cache'] }],
  ['https://models.example/hub', '127.0.0.1:8080', { publicUrl: 'https://models.example/hub' }],
])('refuses %s as the source of a server that listens at %s', (endpoint, listening, server) => {
  expect(() => check(endpoint, listening, server)).toThrow(
    expect.objectContaining({
      code: 'config-invalid',
      message: expect.stringContaining('is this server itself: unset HF_ENDPOINT for the server'),
    }),
  );
});

it.each<Setting>([
  ['https://huggingface.co'],
  ['http://127.0.0.1:8081'],
  ['https://127.0.0.1:8080'],
  ['http://cache:8080'],
  ['http://127.0.0.1:8080', '10.1.2.3:8080'],
  ['https://models.example/hub2', '127.0.0.1:8080', { publicUrl: 'https://models.example/hub' }],
  ['ssh://git@127.0.0.1:8080/models'],
])('takes %s', (endpoint, listening, server) => {
  expect(() => check(endpoint, listening, server)).not.toThrow();
});

it('names the place in a config file', () => {
  const setting = ['http://127.0.0.1:8080', '127.0.0.1:8080', {}, false] as const;
  expect(() => check(...setting)).toThrow(
    'f.yaml:2:3: connections[0].endpoint is http://127.0.0.1:8080, which is this server itself: unset it for',
  );
});
