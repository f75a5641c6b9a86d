import { expect, it } from 'vitest';
import { readAddress } from './read-address.ts';
import { readTarget } from './read-target.ts';

function address(target: string): unknown[] {
  const { route, place, modelId, rest } = readAddress(readTarget(target));
  return [route, place, modelId, rest.map(({ raw }) => raw).join('/')];
}

it.each([
  ['/', 'home', 'page', undefined, ''],
  ['/gpt2', 'page', 'page', 'gpt2', ''],
  ['/org/name', 'page', 'page', 'org/name', ''],
  ['/org/name/tree/main', 'page-tree', 'page', 'org/name', 'main'],
  ['/org/name/tree/main/sub', 'page-tree', 'page', 'org/name', 'main/sub'],
  ['/gpt2/tree/main', 'page-tree', 'page', 'gpt2', 'main'],
  ['/gpt2/blob/main/a', 'page-blob', 'page', 'gpt2', 'main/a'],
  ['/gpt2/resolve/main/a', 'resolve', 'file', 'gpt2', 'main/a'],
  ['/org/name/resolve/main/a/b', 'resolve', 'file', 'org/name', 'main/a/b'],
  ['/org/name/resolve/main/resolve/main/x', 'resolve', 'file', 'org/name', 'main/resolve/main/x'],
  ['/org/name/raw/main/a', 'raw', 'file', 'org/name', 'main/a'],
  ['/org/name/resolve/main', 'unknown', 'page', undefined, ''],
  ['/org/name/nonsense', 'unknown', 'page', undefined, ''],
  ['/org/name/info/refs', 'git-refs', 'git', 'org/name', ''],
  ['/org/name.git/info/refs', 'git-refs', 'git', 'org/name', ''],
  ['/gpt2.git/info/refs', 'git-refs', 'git', 'gpt2', ''],
  ['/org/name.git/info/lfs/objects/batch', 'lfs-batch', 'lfs', 'org/name', ''],
  ['/gpt2/info/lfs/locks/verify', 'lfs-other', 'lfs', 'gpt2', ''],
  ['/gpt2/git-upload-pack', 'git-upload-pack', 'git', 'gpt2', ''],
  ['/org/name/git-receive-pack', 'git-receive-pack', 'git', 'org/name', ''],
  ['/org/name/info/other', 'unknown', 'page', undefined, ''],
  ['/.git/info/refs', 'unknown', 'git', undefined, ''],
  ['/datasets/org/name/resolve/main/a', 'other-kind', 'file', undefined, ''],
  ['/spaces/org/name', 'other-kind', 'page', undefined, ''],
  ['/api/datasets/org/name', 'other-kind', 'api', undefined, ''],
  ['/api/models', 'list', 'api', undefined, ''],
  ['/api/models/', 'list', 'api', undefined, ''],
  ['/api/models/gpt2', 'info', 'api', 'gpt2', ''],
  ['/api/models/org/name', 'info', 'api', 'org/name', ''],
  ['/api/models/gpt2/revision/main', 'info', 'api', 'gpt2', 'main'],
  ['/api/models/org/name/revision/refs%2Fpr%2F1', 'info', 'api', 'org/name', 'refs%2Fpr%2F1'],
  ['/api/models/gpt2/tree/refs/pr/1', 'tree', 'api', 'gpt2', 'refs/pr/1'],
  ['/api/models/gpt2/refs', 'refs', 'api', 'gpt2', ''],
  ['/api/models/gpt2/discussions', 'other-api', 'api', 'gpt2', ''],
  ['/api/models/org/name/discussions/1', 'other-api', 'api', 'org/name', '1'],
  ['/api/models/org/name/never-heard-of', 'other-api', 'api', 'org/name', ''],
  ['/api/models/org/name/xet-read-token/main', 'xet-token', 'api', 'org/name', 'main'],
  ['/api/models/-bad/name', 'unknown', 'api', undefined, ''],
  ['/api/models/org%2Fname', 'unknown', 'api', undefined, ''],
  ['/org%2Fname/resolve/main/a', 'unknown', 'file', undefined, ''],
  ['/api/whoami-v2', 'whoami', 'api', undefined, ''],
  ['/api/agent-harnesses', 'harnesses', 'api', undefined, ''],
  ['/api/telemetry/a/b', 'telemetry', 'api', undefined, ''],
  ['/api', 'unknown', 'api', undefined, ''],
  ['/api/nonsense', 'unknown', 'api', undefined, ''],
  ['/-/healthz', 'unknown', 'page', undefined, ''],
  ['/v2/org/name/manifests/latest', 'unknown', 'page', undefined, ''],
  ['/favicon.ico', 'unknown', 'page', undefined, ''],
])('%s is %s', (target, ...expected) => {
  expect(address(target)).toEqual(expected);
});
