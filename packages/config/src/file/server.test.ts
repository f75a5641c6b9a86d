import { isModelkeepError } from '@modelkeep/core/spi';
import { expect, it } from 'vitest';
import { readConfigFile } from './read-config-file.ts';

const ENV = { PEER: 'http://10.0.0.5:8080/', PUBLIC: 'https://eu.example', WRONG: 'example' };
const read = (text: string): ReturnType<typeof readConfigFile> =>
  readConfigFile(text, '/modelkeep.yaml', '/home', ENV);

it.each([
  ['anonymous: write', ['2:14: server.anonymous: must be "none" or "read"']],
  ['port: 70000', ['2:9: server.port: must be at most 65535']],
  [
    'allowedHosts: ["cache:8080"]',
    ['2:18: server.allowedHosts[0]: must be a host name without a port, or "*"'],
  ],
  [
    'publicUrl: models.example',
    ['2:14: server.publicUrl: must be an http:// or https:// address, like https://huggingface.co'],
  ],
  [
    'peerAddress: 10.0.0.5:8080',
    [
      '2:16: server.peerAddress: must be an http:// or https:// address, like https://huggingface.co',
    ],
  ],
  [
    `peerAddress: "\${env:WRONG}"`,
    [
      '2:16: server.peerAddress: must be an http:// or https:// address, like https://huggingface.co',
    ],
  ],
  [
    `publicUrl: "\${env:NONE}"`,
    ['2:14: server.publicUrl: the environment variable NONE is not set'],
  ],
  ['peerAddress: true', ['2:16: server.peerAddress: must be an address, or false']],
  [
    'corsOrigins: [https://app.example/page]',
    ['2:17: server.corsOrigins[0]: must be an origin, like https://app.example, or "*"'],
  ],
])('refuses `%s`', (line, expected) => {
  let problems: unknown;
  try {
    read(`server:\n  ${line}\n`);
  } catch (error) {
    if (isModelkeepError(error, 'config-invalid')) problems = error.details['problems'];
  }
  expect(problems).toEqual(expected.map((problem) => `/modelkeep.yaml:${problem}`));
});

it('takes the addresses of a server from its environment, so that many share a file', () => {
  const text = `server: { peerAddress: "\${env:PEER}", publicUrl: "\${env:PUBLIC}" }`;
  expect(read(text).server).toEqual({
    peerAddress: 'http://10.0.0.5:8080',
    publicUrl: 'https://eu.example',
  });
});

it('leaves what is not written to the server', () => {
  expect(read('server: { port: 0 }').server).toEqual({ port: 0 });
  expect(read('server: { peerAddress: false }').server).toEqual({ peerAddress: false });
  expect(read('server: { peerAddress: "http://10.0.0.5:8080/" }').server).toEqual({
    peerAddress: 'http://10.0.0.5:8080',
  });
  expect(read('home: /home').server).toEqual({});
});
