import { afterAll, beforeAll, expect, it } from 'vitest';
import { DIGESTS, LARGE, MODEL, publish, sha256 } from './fixture.ts';
import { STATES, type Stage, setStage } from './stage.ts';

let stage: Stage;

beforeAll(async () => {
  stage = await setStage();
  await publish(stage);
  stage.hub.rename(MODEL, 'new/name');
});
afterAll(() => stage[Symbol.asyncDispose]());

it.each(STATES)(
  'finds a renamed model by its old name, its new one, and in other letters: %s',
  async (state) => {
    await stage.enter(state);
    for (const id of [MODEL, 'new/name', 'New/NAME', 'ORG/name']) {
      const info = await fetch(`${stage.url}/api/models/${id}`);
      expect([info.status, await info.json()], id).toMatchObject([200, { id: 'new/name' }]);
      const file = await fetch(`${stage.url}/${id}/resolve/main/${LARGE}`);
      expect(sha256(new Uint8Array(await file.arrayBuffer())), id).toBe(DIGESTS[LARGE]);
    }
    const pull = await fetch(`${stage.url}/new/name/resolve/refs%2Fpr%2F1/new.txt`);
    expect(await pull.text()).toBe('new');
  },
);

it('passes on what it does not know, and refuses to change anything', async () => {
  const { url } = stage;
  const token = await fetch(`${url}/api/models/new/name/xet-read-token/main`);
  expect(token.status).toBe(404);
  expect(token.headers.get('x-error-message')).toContain('HF_HUB_DISABLE_XET=1');
  for (const path of ['api/models/new/name/commit/main', 'api/repos/create']) {
    const refused = await fetch(`${url}/${path}`, { method: 'POST', body: '{}' });
    expect(refused.status, path).toBe(403);
    expect(refused.headers.get('x-error-message')).toContain('nothing is uploaded');
  }
});
