import { expect, it } from 'vitest';
import { openConfigured } from '../open/open-configured.ts';
import { readConfigFile } from './read-config-file.ts';

const read = (text: string): ReturnType<typeof readConfigFile> =>
  readConfigFile(text, '/etc/modelkeep.yaml', '/home', { HOME: '/root' });

it('reads quotas of the store and of connections, and whether to evict', async () => {
  const text =
    'quota: 500GB\nevict: true\nconnections: [{ name: a, quota: 1GiB }, { name: b, quota: 7 }, { name: c }]';
  const config = read(text);
  expect(config).toMatchObject({ quotaBytes: 500e9, evict: true });
  expect(config.connections.map(({ quotaBytes }) => quotaBytes)).toEqual([2 ** 30, 7, undefined]);
  const options = await openConfigured(config, { archives: false });
  expect(options).toMatchObject({
    quotaBytes: 500e9,
    evict: true,
    sources: [{ name: 'a', quotaBytes: 2 ** 30 }, { name: 'b', quotaBytes: 7 }, { name: 'c' }],
  });
});

it('knows no quota, and evicts nothing, unless it is said', () => {
  expect(read('offline: true').evict).toBe(false);
  expect(read('offline: true')).not.toHaveProperty('quotaBytes');
});

it.each([
  ['quota: 10 %', '1:8: quota: must be bytes, or a size like 500GB'],
  ['quota: -5', '1:8: quota: must be at least 0'],
  ['quota: 9999999PB', '1:8: quota: must be bytes'],
  ['connections: [{ name: a, quota: lots }]', 'connections[0].quota: must be bytes'],
])('refuses %s', (text, problem) => expect(() => read(text)).toThrow(problem));

it('tells of a size that is none once', () => {
  const problems = [
    '/etc/modelkeep.yaml:1:8: quota: must be bytes, or a size like 500GB, 1.5TB or 512GiB',
  ];
  expect(() => read('quota: 12 bananas')).toThrow(
    expect.objectContaining({ details: { problems } }),
  );
});

it('tells which fields the file has', () => {
  const { written } = read('quota: 5\nserver: { port: 1 }\nconnections: [{ name: a }]');
  expect([...written]).toEqual(['quota', 'server', 'server.port', 'connections']);
});
