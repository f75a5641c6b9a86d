import { execFile } from 'node:child_process';
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { pythonEnvironment, requires } from '@modelkeep/test-requirements';
import { launchFakeHub, startFakeHub } from '@modelkeep/testkit/fake-hub';
import { expect, it, onTestFinished } from 'vitest';

requires('python-env');

const { hf, python } = pythonEnvironment();
const run = promisify(execFile);
const ID = 'org/name';
const FILES = {
  'config.json': '{"a":1}',
  'sub/näme #1.txt': 'text',
  'model.safetensors': { generated: { size: 30_000_000, seed: 1 } },
};

/** What a client is set to: the fake Hub, and a cache of its own. */
async function settings(hub: { readonly url: string }, token?: string): Promise<NodeJS.ProcessEnv> {
  const home = await mkdtemp(join(tmpdir(), 'fake-hub-'));
  onTestFinished(() => rm(home, { recursive: true }));
  return {
    PATH: process.env['PATH'],
    HF_ENDPOINT: hub.url,
    HF_HOME: home,
    HF_HUB_DISABLE_TELEMETRY: '1',
    NO_PROXY: '*',
    ...(token === undefined ? {} : { HF_TOKEN: token }),
  };
}

/** Runs lines of Python with `api` and `hub` at hand, and reads the JSON that they print last. */
async function ask(env: NodeJS.ProcessEnv, ...lines: string[]): Promise<unknown> {
  const script = [
    'import json, huggingface_hub as hub',
    'def failure(f):',
    '    try: f()',
    '    except Exception as error: return type(error).__name__',
    'api = hub.HfApi()',
    ...lines,
  ].join('\n');
  const { stdout } = await run(python, ['-c', script], { env });
  return JSON.parse(stdout);
}

it('is a Hub for hf download and hf cache verify', async () => {
  await using hub = await startFakeHub();
  const sha = await hub.addModel({ id: ID, files: FILES });
  const env = await settings(hub);
  const { stdout } = await run(hf, ['download', ID, '--quiet'], { env });
  const folder = stdout.trim();
  expect(folder.endsWith(sha)).toBe(true);
  expect(await readFile(join(folder, 'sub/näme #1.txt'), 'utf8')).toBe('text');
  expect(await readFile(join(folder, 'config.json'), 'utf8')).toBe('{"a":1}');
  expect(hub.bodyBytes('*.safetensors')).toBe(30_000_000);
  await run(hf, ['cache', 'verify', ID], { env });
});

it('hands a flipped byte to hf download, which only hf cache verify finds', async () => {
  await using hub = await startFakeHub();
  await hub.addModel({ id: ID, files: FILES });
  hub.faults.add({ kind: 'corrupt', match: '*.safetensors', atOffset: 12_345_678 });
  const env = await settings(hub);
  await run(hf, ['download', ID], { env });
  await expect(run(hf, ['cache', 'verify', ID], { env })).rejects.toThrow('Verification failed');
});

it('lets hf download resume after a cut and wait for a rate limit', async () => {
  await using hub = await startFakeHub();
  await hub.addModel({ id: ID, files: FILES });
  hub.faults.add({ kind: 'cut', match: '*.safetensors', afterBytes: 21_000_000, times: 1 });
  hub.faults.add({ kind: 'rate-limit', match: { route: 'tree' }, retryAfter: 1, times: 1 });
  const env = await settings(hub);
  await run(hf, ['download', ID], { env });
  await run(hf, ['cache', 'verify', ID], { env });
  expect(hub.requests.some(({ range }) => range === 'bytes=20971520-')).toBe(true);
});

it('answers every question of HfApi', async () => {
  await using hub = await startFakeHub({ prefix: '/hub' });
  hub.addToken('hf_anna', { name: 'anna' });
  const sha = await hub.addModel({ id: ID, files: FILES, tags: ['en'], gitTags: ['v1'] });
  const many = Object.fromEntries(Array.from({ length: 1_100 }, (_, n) => [`f${n}.txt`, `${n}`]));
  await hub.addModel({ id: 'many', files: many });
  const env = await settings(hub, 'hf_anna');
  const answers = await ask(
    env,
    `info = api.model_info("${ID}", files_metadata=True, securityStatus=True)`,
    `refs = api.list_repo_refs("${ID}", include_pull_requests=True)`,
    `fs = hub.HfFileSystem()`,
    'print(json.dumps({',
    '  "sha": info.sha, "sizes": {s.rfilename: s.size for s in info.siblings},',
    `  "expanded": api.model_info("${ID}", expand=["tags"]).tags,`,
    `  "files": sorted(api.list_repo_files("${ID}")),`,
    '  "refs": [refs.branches[0].target_commit, refs.tags[0].name],',
    `  "paths": [p.path for p in api.get_paths_info("${ID}", ["sub", "nope"], expand=True)],`,
    '  "many": len(list(api.list_repo_tree("many", recursive=True))),',
    '  "models": [m.id for m in api.list_models(search="name")],',
    `  "commits": [c.title for c in api.list_repo_commits("${ID}")],`,
    '  "who": api.whoami()["name"],',
    `  "ls": sorted(fs.ls("${ID}", detail=False)),`,
    '}))',
  );
  expect(answers).toEqual({
    sha,
    sizes: { 'config.json': 7, 'sub/näme #1.txt': 4, 'model.safetensors': 30_000_000 },
    expanded: ['en'],
    files: ['config.json', 'model.safetensors', 'sub/näme #1.txt'],
    refs: [sha, 'v1'],
    paths: ['sub'],
    many: 1_100,
    models: [ID],
    commits: ['initial commit'],
    who: 'anna',
    ls: [`${ID}/config.json`, `${ID}/model.safetensors`, `${ID}/sub`],
  });
});

it('makes huggingface_hub raise the errors that the Hub makes it raise', async () => {
  await using hub = await startFakeHub();
  hub.addToken('hf_anna', {});
  await hub.addModel({ id: ID, files: FILES });
  await hub.addModel({ id: 'o/gated', files: FILES, gated: 'auto' });
  await hub.addModel({ id: 'o/off', files: FILES, disabled: true });
  await hub.addModel({ id: 'old', files: FILES });
  hub.rename('old', 'o/new');
  const env = await settings(hub, 'hf_anna');
  const errors = await ask(
    env,
    'print(json.dumps([',
    '  failure(lambda: api.model_info("o/none")),',
    '  failure(lambda: hub.HfApi(token=False).model_info("o/none")),',
    `  failure(lambda: hub.hf_hub_download("${ID}", "nope")),`,
    `  failure(lambda: hub.hf_hub_download("${ID}", "config.json", revision="nope")),`,
    '  failure(lambda: hub.hf_hub_download("o/gated", "config.json")),',
    '  failure(lambda: api.model_info("o/off")),',
    '  failure(lambda: hub.snapshot_download("old")),',
    '  api.model_info("old").id,',
    ']))',
  );
  expect(errors).toEqual([
    'RepositoryNotFoundError',
    // Over plain http the client knows a missing model by the error code only.
    'HfHubHTTPError',
    'RemoteEntryNotFoundError',
    'RevisionNotFoundError',
    'GatedRepoError',
    'DisabledRepoError',
    null,
    'o/new',
  ]);
});

it('draws a client with Xet away from the files, as the real Hub does', async () => {
  await using hub = await startFakeHub({ xet: true });
  await hub.addModel({ id: ID, files: FILES });
  const env = await settings(hub);
  await expect(
    run(hf, ['download', ID], { env: { ...env, HF_HUB_OFFLINE: '0' } }),
  ).rejects.toThrow();
  expect(hub.requests.some(({ route }) => route === 'xet-token')).toBe(true);
  await run(hf, ['download', ID], { env: { ...env, HF_HUB_DISABLE_XET: '1' } });
  expect(hub.bodyBytes('*.safetensors')).toBe(30_000_000);
});

it('serves hf download from a process of its own, as it is published', async () => {
  await using hub = await launchFakeHub(['--generated', `${ID}:w.safetensors:20M`]);
  const env = await settings(hub);
  await run(hf, ['download', ID], { env });
  expect((await hub.stats()).bodyBytes).toBe(20 * 2 ** 20);
});
