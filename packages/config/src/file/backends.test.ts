import { inspect } from 'node:util';
import { isModelkeepError } from '@modelkeep/core/spi';
import { describe, expect, it } from 'vitest';
import { openConfigured } from '../open/open-configured.ts';
import { REFERENCE_FORMS } from '../reference-forms.ts';
import type { ModelkeepConfig } from '../types.ts';
import { readConfigFile } from './read-config-file.ts';

const FILE = '/etc/modelkeep.yaml';
const ENV = {
  HOME: '/home/ada',
  DATABASE_URL: 'postgresql://app:secret-word@db.example.com/models',
  BUCKET_SECRET: 'secret-word',
};

function read(text: string): ModelkeepConfig {
  return readConfigFile(text, FILE, '/srv/modelkeep', ENV);
}

function problemsOf(text: string): readonly string[] {
  try {
    read(text);
  } catch (error) {
    if (isModelkeepError(error, 'config-invalid')) return error.details['problems'] as string[];
    throw error;
  }
  return [];
}

it('takes where a bucket is from the environment', () => {
  const { storage } = readConfigFile(
    `storage: { backend: s3, bucket: "\${env:BUCKET}", endpoint: "\${env:ENDPOINT}", publicEndpoint: "\${env:PUBLIC}" }`,
    FILE,
    '/srv/modelkeep',
    { BUCKET: 'models', ENDPOINT: 'http://s3:7070', PUBLIC: 'https://s3.example.com' },
  );
  expect(storage.s3).toMatchObject({
    bucket: 'models',
    endpoint: 'http://s3:7070',
    publicEndpoint: 'https://s3.example.com',
  });
  expect(problemsOf(`storage: { backend: s3, bucket: "\${env:NONE}" }`)).toEqual([
    expect.stringContaining('the environment variable NONE is not set'),
  ]);
});

describe('a bucket and a database', () => {
  const config = read(`
storage:
  backend: s3
  bucket: models
  endpoint: https://minio.example.com
  accessKeyId: modelkeep
  secretAccessKey: \${env:BUCKET_SECRET}
  publicEndpoint: false
metadata: { backend: postgres, url: "\${env:DATABASE_URL}", maxConnections: 3 }
connections: []
`);

  it('are read, with their secrets', () => {
    expect(config.storage.s3).toMatchObject({
      bucket: 'models',
      endpoint: 'https://minio.example.com',
      publicEndpoint: false,
    });
    expect(config.storage.s3?.credentials?.().secretAccessKey).toBe('secret-word');
    expect(config.metadata.url?.()).toBe(ENV.DATABASE_URL);
    expect(config.metadata.maxConnections).toBe(3);
  });

  it('show no secret', () => {
    expect(inspect(config, { depth: 9 }) + JSON.stringify(config)).not.toContain('secret-word');
  });

  it('are opened, with the home folder for what is this machine’s own', async () => {
    const { storage, metadata, workspace } = await openConfigured(config);
    expect(storage.name).toBe('S3');
    expect(storage.presign).toBeUndefined();
    expect(metadata.name).toBe('PostgreSQL');
    expect(workspace).toBe('/srv/modelkeep');
  });

  it('keep a bounded part on this machine, where that is asked for', async () => {
    const text = 'storage: { backend: s3, bucket: a, localTier: { size: 1.5 TiB, folder: fast } }';
    const { workspace, localTier } = await openConfigured(read(text));
    expect(workspace).toBe('/etc/fast');
    expect(localTier).toEqual({ maxBytes: 1.5 * 1024 ** 4 });
    const other = read('storage: { backend: other, localTier: { size: 1 GB } }');
    expect(other.storage.localTier).toEqual({ folder: '/srv/modelkeep', maxBytes: 1e9 });
  });

  it.each([
    [
      'storage: { localTier: { size: 1 GB } }',
      'storage.localTier: is for backend s3; backend local',
    ],
    [
      'storage: { backend: s3, bucket: a, localTier: { size: much } }',
      'storage.localTier.size: must be bytes, or a size like',
    ],
    ['storage: { backend: s3 }', 'storage.bucket: is required for backend s3'],
    [
      'storage: { bucket: a }',
      'storage.bucket: is for backend s3; backend local takes "directory"',
    ],
    [
      'storage: { backend: other, region: a }',
      'storage.region: is for backend s3; a package takes',
    ],
    [
      'storage: { backend: s3, bucket: a, directory: b }',
      'storage.directory: is for backend local',
    ],
    ['storage: { backend: s3, bucket: a, options: {} }', 'storage.options: is for a package'],
    ['storage: { backend: s3, bucket: a, accessKeyId: b }', 'storage.secretAccessKey: is required'],
    [
      'storage: { backend: s3, bucket: a, kmsKeyId: b }',
      'storage.kmsKeyId: is for encryption aws:kms',
    ],
    ['storage: { backend: s3, bucket: a, caFile: /nowhere }', 'storage.caFile: the file /nowhere'],
    [
      'storage: { backend: s3, bucket: a, accessKeyId: b, secretAccessKey: plain-word }',
      `storage.secretAccessKey: must be ${REFERENCE_FORMS}`,
    ],
    ['metadata: { backend: postgres }', 'metadata.url: is required for backend postgres'],
    ['metadata: { url: "postgresql://h/d" }', 'metadata.url: is for backend postgres'],
    [
      'metadata: { backend: postgres, url: "mysql://h/d" }',
      'metadata.url: must be an address like',
    ],
    [
      'metadata: { backend: postgres, url: "postgresql://u:plain-word@h/d" }',
      'metadata.url: must not hold a password',
    ],
    [`metadata: { backend: postgres, url: "\${env:NOT_SET}" }`, 'the environment variable NOT_SET'],
  ])('must be written right: %s', (text, problem) => {
    const problems = problemsOf(text);
    expect(problems[0]).toContain(problem);
    expect(problems.join()).not.toContain('plain-word');
  });

  it('fail the start where the backend refuses an option', async () => {
    const wrong = read('storage: { backend: s3, bucket: a, endpoint: "minio:9000" }');
    await expect(openConfigured(wrong)).rejects.toThrow(
      '/etc/modelkeep.yaml:1:10: storage: S3: endpoint must be an address',
    );
  });
});
