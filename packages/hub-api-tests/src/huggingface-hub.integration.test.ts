import { readFile, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { requires } from '@modelkeep/test-requirements';
import { describe, expect, it } from 'vitest';
import { type Endpoint, startEndpoint } from './endpoint.ts';
import { runHf, runPython, settings } from './python-client.ts';

requires('python-env');

const ID = 'org/name';
const FILES = {
  'README.md': '---\nlicense: mit\n---\n# Title\n',
  'config.json': '{"a":1}',
  'empty.txt': '',
  'sub/näme #1 100%.txt': 'text',
  'model.safetensors': { generated: { size: 30_000_000, seed: 1 } },
};

/** Questions to the API that must have the same answers cold, warm, and with the Hub gone. */
const QUESTIONS = [
  `info = api.model_info("${ID}", files_metadata=True, securityStatus=True)`,
  `refs = api.list_repo_refs("${ID}")`,
  `fs = hub.HfFileSystem()`,
  'answers = {',
  '  "sha": info.sha, "sizes": {s.rfilename: s.size for s in info.siblings},',
  `  "tags": api.model_info("${ID}", expand=["tags"]).tags,`,
  `  "files": sorted(api.list_repo_files("${ID}")),`,
  '  "branch": [[b.name, b.target_commit] for b in refs.branches],',
  `  "paths": [[p.path, getattr(p, "size", None)] for p in api.get_paths_info("${ID}", ["sub", "config.json", "nope"], expand=True)],`,
  `  "commits": [c.commit_id for c in api.list_repo_commits("${ID}")],`,
  '  "models": [m.id for m in api.list_models(search="NAME")],',
  `  "ls": sorted(fs.ls("${ID}", detail=False)),`,
  `  "read": fs.cat("${ID}/sub/näme #1 100%.txt").decode(),`,
  `  "exists": [api.repo_exists("${ID}"), api.file_exists("${ID}", "config.json"), api.file_exists("${ID}", "nope")],`,
  `  "auth": api.auth_check("${ID}"),`,
  '}',
  'print(json.dumps(answers))',
];

function expected(sha: string): unknown {
  return {
    sha,
    sizes: {
      'README.md': 29,
      'config.json': 7,
      'empty.txt': 0,
      'sub/näme #1 100%.txt': 4,
      'model.safetensors': 30_000_000,
    },
    tags: ['en'],
    files: Object.keys(FILES).sort(),
    branch: [['main', sha]],
    paths: [
      ['sub', null],
      ['config.json', 7],
    ],
    commits: [sha],
    models: [ID],
    ls: ['README.md', 'config.json', 'empty.txt', 'model.safetensors', 'sub'].map(
      (name) => `${ID}/${name}`,
    ),
    read: 'text',
    exists: [true, true, false],
    auth: null,
  };
}

async function withModel(endpoint: Endpoint): Promise<string> {
  return endpoint.hub.addModel({ id: ID, files: FILES, tags: ['en'] });
}

async function expectComplete(folder: string): Promise<void> {
  expect(await readFile(join(folder, 'sub/näme #1 100%.txt'), 'utf8')).toBe('text');
  expect((await stat(join(folder, 'empty.txt'))).size).toBe(0);
  expect((await stat(join(folder, 'model.safetensors'))).size).toBe(30_000_000);
}

describe.each(['', '/some/prefix'])('huggingface_hub below "%s"', (prefix) => {
  it('downloads cold, warm, and with the Hub gone; hashes agree', async () => {
    await using endpoint = await startEndpoint({ api: { prefix } });
    const sha = await withModel(endpoint);
    for (const moment of ['cold', 'warm', 'gone']) {
      if (moment === 'gone') await endpoint.hub.stop();
      const env = settings(endpoint.url, await endpoint.home());
      const folder = await runHf(env, 'download', ID, '--quiet');
      expect(folder.endsWith(sha), moment).toBe(true);
      await expectComplete(folder);
      await runHf(env, 'cache', 'verify', ID);
    }
    expect(endpoint.hub.bodyBytes('*.safetensors')).toBe(30_000_000);
    expect(endpoint.seen.some((line) => line.includes('xet'))).toBe(false);
    expect(endpoint.errors).toEqual([]);
  });

  it('has the same answers of the API cold, warm, and with the Hub gone', async () => {
    await using endpoint = await startEndpoint({ api: { prefix } });
    const sha = await withModel(endpoint);
    await endpoint.cache.pullModel(ID);
    for (const moment of ['cold', 'warm', 'gone']) {
      if (moment === 'gone') await endpoint.hub.stop();
      const env = settings(endpoint.url, await endpoint.home());
      expect(await runPython(env, ...QUESTIONS), moment).toEqual(expected(sha));
    }
    expect(endpoint.errors).toEqual([]);
  });
});

it('follows a model that was renamed, by its old name', async () => {
  await using endpoint = await startEndpoint();
  const sha = await withModel(endpoint);
  endpoint.hub.rename(ID, 'new/name');
  const env = settings(endpoint.url, await endpoint.home());
  const folder = await runHf(env, 'download', ID, '--quiet');
  expect(folder.endsWith(sha)).toBe(true);
  await expectComplete(folder);
});

it('tells people what went wrong', async () => {
  await using endpoint = await startEndpoint();
  await withModel(endpoint);
  await endpoint.hub.addModel({ id: 'org/gated', files: FILES, gated: 'auto' });
  const env = settings(endpoint.url, await endpoint.home());
  const online = (await runPython(
    env,
    'print(json.dumps([',
    '  failure(lambda: hub.hf_hub_download("org/nope", "a")),',
    '  failure(lambda: api.model_info("org/nope")),',
    `  failure(lambda: hub.hf_hub_download("${ID}", "nope")),`,
    `  failure(lambda: hub.hf_hub_download("${ID}", "a", revision="nope")),`,
    '  failure(lambda: hub.hf_hub_download("org/gated", "config.json")),',
    '  failure(lambda: api.dataset_info("org/data")),',
    '  failure(lambda: api.create_repo("org/new", token="hf_x")),',
    ']))',
  )) as [string, string][];
  expect(online.map(([name]) => name)).toEqual([
    'RepositoryNotFoundError',
    'RepositoryNotFoundError',
    'RemoteEntryNotFoundError',
    'RevisionNotFoundError',
    'GatedRepoError',
    'RepositoryNotFoundError',
    'HfHubHTTPError',
  ]);
  expect(online[4]?.[1]).toContain('org/gated');
  expect(online[5]?.[1]).toContain('keeps models only');
  expect(online[6]?.[1]).toContain('nothing is uploaded');
  await endpoint.hub.stop();
  const away = (await runPython(
    env,
    'print(json.dumps([',
    '  failure(lambda: api.model_info("org/never-seen")),',
    '  failure(lambda: hub.snapshot_download("org/never-seen")),',
    ']))',
  )) as [string, string][];
  expect(away.map(([name]) => name)).toEqual(['HfHubHTTPError', 'LocalEntryNotFoundError']);
  // The hop that failed is named.
  expect(away[0]?.[1]).toContain(new URL(endpoint.hub.url).host);
});

it('lets the client remember files that a commit does not have', async () => {
  await using endpoint = await startEndpoint();
  const sha = await withModel(endpoint);
  const home = await endpoint.home();
  await runPython(
    settings(endpoint.url, home),
    `print(json.dumps(failure(lambda: hub.hf_hub_download("${ID}", "adapter_config.json"))))`,
  );
  const marker = join(home, 'hub/models--org--name/.no_exist', sha, 'adapter_config.json');
  expect((await stat(marker)).size).toBe(0);
});
