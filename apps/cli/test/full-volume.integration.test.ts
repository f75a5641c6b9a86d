import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { requires } from '@modelkeep/test-requirements';
import { startFakeHub } from '@modelkeep/testkit/fake-hub';
import { seededBytes } from '@modelkeep/testkit/memory';
import { expect, test } from 'vitest';
import { createBench, MAIN } from './modelkeep.ts';

requires('tmpfs-mount');

const SCRIPT = `
set -e
mount -t tmpfs -o size=12m tmpfs "$MODELKEEP_HOME"
modelkeep() { "${process.execPath}" "${MAIN}" "$@"; }
modelkeep pull org/one --quiet > /dev/null
echo full > "$MODELKEEP_HOME/filler"
dd if=/dev/zero of="$MODELKEEP_HOME/filler" bs=4k 2> /dev/null || true
modelkeep pull org/two --quiet 2>&1 && exit 1 || echo "pull: $?"
modelkeep rm org/one --yes
echo "rm: $?"
modelkeep ls --json
modelkeep pull org/two --quiet > /dev/null
modelkeep verify --quiet && echo "verify: $?"
`;

test('a model can be removed from a volume that is full to the last byte, and its room is used again', async () => {
  await using hub = await startFakeHub();
  await hub.addModel({ id: 'org/one', files: { 'model.safetensors': seededBytes(1, 6_000_000) } });
  await hub.addModel({ id: 'org/two', files: { 'model.safetensors': seededBytes(2, 5_000_000) } });
  await using bench = await createBench({ HF_ENDPOINT: hub.url });
  const script = join(bench.folder, 'script.sh');
  await mkdir(bench.home, { recursive: true });
  // Beside the volume, which would hide it.
  const config = await bench.configure('', join(bench.folder, 'config.yaml'));
  await writeFile(script, SCRIPT);
  const { status, stdout, stderr } = await bench.run([], {
    under: ['unshare', '--mount', 'bash', script],
    env: { MODELKEEP_CONFIG: config },
  });
  expect(stderr + stdout).toContain('not enough room');
  expect(stdout).toContain('pull: 7');
  expect(stdout).toContain('rm: 0');
  expect(stdout).toContain('[]');
  expect(stdout).toContain('verify: 0');
  expect(status).toBe(0);
});
