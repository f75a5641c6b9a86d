import { writeFile } from 'node:fs/promises';
import { loadConfig } from '@modelkeep/config';
import { tempFolder } from '@modelkeep/testkit/memory';
import { expect, it } from 'vitest';
import { aboutCache } from './about-cache.ts';

const of = (name: string): string => `\${env:${name}}`;
const SECRETS = ['s3cret', 'passw0rd', 'hf_token'];

it('tells what is in force and what says so, and no secret', async () => {
  await using folder = await tempFolder();
  const file = folder.join('modelkeep.yaml');
  const env = {
    KEY: SECRETS[0],
    DATABASE: `postgresql://u:${SECRETS[1]}@db:5432/models`,
    T: SECRETS[2],
  };
  await writeFile(
    file,
    [
      'home: /srv/models',
      'quota: 500GB',
      'evict: true',
      `storage: { backend: s3, bucket: b, accessKeyId: id, secretAccessKey: "${of('KEY')}" }`,
      `metadata: { backend: postgres, url: "${of('DATABASE')}" }`,
      `connections: [{ name: hub, token: "${of('T')}", quota: 1GB }]`,
      'server: { port: 9000, stopGraceSeconds: 5 }',
    ].join('\n'),
  );
  const config = await loadConfig({ file, env });
  const given = { offline: true, insecure: false, port: 1, env: { MODELKEEP_HOME: '/x' } };
  const about = aboutCache(config, given);
  expect(about).toMatchObject({
    home: '/srv/models',
    configFile: file,
    offline: true,
    quotaBytes: 500e9,
    evict: true,
    storage: { backend: 's3', bucket: 'b', credentials: 'own' },
    metadata: { backend: 'postgres', server: 'db:5432/models' },
    connections: [{ name: 'hub', hasToken: true, quotaBytes: 1e9 }],
    origins: {
      home: 'environment',
      quotaBytes: 'config file',
      evict: 'config file',
      offline: 'command line',
      port: 'command line',
      stopGraceMs: 'config file',
      'storage.bucket': 'config file',
    },
  });
  expect(about['origins']).not.toHaveProperty('host');
  for (const secret of SECRETS) expect(JSON.stringify(about)).not.toContain(secret);
});
