import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import {
  downloadFile,
  fileExists,
  listCommits,
  listFiles,
  listModels,
  modelInfo,
  pathsInfo,
  snapshotDownload,
  whoAmI,
} from '@huggingface/hub';
import { expect, it, onTestFinished, vi } from 'vitest';
import { startFakeHub } from './start-fake-hub.ts';

const FILES = {
  'config.json': '{"a":1}',
  'sub/näme.txt': 'text',
  'model.safetensors': { generated: { size: 3_000_000, seed: 1 } },
};
const repo = 'org/name';

it('is a Hub for @huggingface/hub', async () => {
  await using hub = await startFakeHub();
  const hubUrl = hub.url;
  hub.addToken('hf_anna', { name: 'anna' });
  const sha = await hub.addModel({ id: repo, files: FILES });

  const listed: [string, number][] = [];
  for await (const { path, size, type } of listFiles({ repo, hubUrl, recursive: true })) {
    if (type === 'file') listed.push([path, size]);
  }
  expect(listed).toEqual([
    ['config.json', 7],
    ['model.safetensors', 3_000_000],
    ['sub/näme.txt', 4],
  ]);
  const info = await modelInfo({ name: repo, hubUrl, additionalFields: ['sha'] });
  expect(info).toMatchObject({ name: repo, sha });
  expect(await fileExists({ repo, path: 'config.json', hubUrl })).toBe(true);
  expect(await fileExists({ repo, path: 'nope', hubUrl })).toBe(false);
  const [row] = await pathsInfo({ repo, paths: ['model.safetensors', 'nope'], hubUrl });
  expect(row).toMatchObject({ size: 3_000_000, lfs: { size: 3_000_000 } });
  expect((await whoAmI({ hubUrl, accessToken: 'hf_anna' })).name).toBe('anna');
  for await (const { name } of listModels({ hubUrl })) expect(name).toBe(repo);
  for await (const { oid } of listCommits({ repo, hubUrl })) expect(oid).toBe(sha);
});

it('gives files and whole snapshots to @huggingface/hub', async () => {
  vi.spyOn(console, 'debug').mockReturnValue(undefined);
  vi.spyOn(console, 'log').mockReturnValue(undefined);
  await using hub = await startFakeHub();
  const hubUrl = hub.url;
  const sha = await hub.addModel({ id: repo, files: FILES });
  const blob = await downloadFile({ repo, path: 'model.safetensors', hubUrl });
  const whole = Buffer.from((await blob?.arrayBuffer()) ?? new ArrayBuffer());
  expect(whole).toHaveLength(3_000_000);

  const cacheDir = await mkdtemp(join(tmpdir(), 'fake-hub-'));
  onTestFinished(() => rm(cacheDir, { recursive: true }));
  const folder = await snapshotDownload({ repo, hubUrl, cacheDir });
  expect(folder.endsWith(`snapshots/${sha}`)).toBe(true);
  expect((await readFile(join(folder, 'model.safetensors'))).equals(whole)).toBe(true);
  expect(await readFile(join(folder, 'sub/näme.txt'), 'utf8')).toBe('text');
});
