import { expect, it } from 'vitest';
import { asking } from '../../test/ask.ts';
import { FakeView, failure } from '../../test/fake-view.ts';

const URL = '/api/models/org/name/discussions';
const JSON_TYPE = { 'content-type': 'application/json' };

it('passes what it does not know on, as it was asked', async () => {
  const { ask, view } = asking(new FakeView(), { prefix: '/hub' });
  await ask('/hub/api/models/org/name/discussions/1%20a?p=1&q=%C3%A4+b');
  await ask('/hub/api/models/gpt2/treesize/main/sub%2Fx', { method: 'HEAD' });
  await ask('/hub/api/models-tags-by-type');
  expect(view.calls).toEqual([
    'forward GET /api/models/org/name/discussions/1%20a?p=1&q=%C3%A4+b org/name',
    'forward GET /api/models/gpt2/treesize/main/sub%2Fx gpt2',
    'forward GET /api/models-tags-by-type -',
  ]);
});

it('never passes a write on', async () => {
  const { ask, view } = asking();
  for (const method of ['POST', 'PUT', 'PATCH', 'DELETE']) {
    const told = await ask(URL, { method, body: 'x' });
    expect(told.status).toBe(403);
    expect(told.headers['x-error-message']).toContain('nothing is uploaded');
  }
  expect((await ask(URL, { method: 'PROPFIND' })).status).toBe(405);
  expect(view.calls).toEqual([]);
});

it('takes every hint at Xet out', async () => {
  const { ask, view } = asking();
  view.answer = {
    headers: {
      ...JSON_TYPE,
      'x-xet-hash': 'h',
      'x-xet-refresh-route': 'https://huggingface.co/api/models/x/xet-read-token/1',
      link: '<https://huggingface.co/api/models/x/xet-read-token/1>; rel="xet-auth", <https://cas/v1/reconstructions/h>; rel="xet-reconstruction-info"',
    },
    body: JSON.stringify([
      { path: 'a', xetHash: 'h', lfs: { oid: 'o', xet_hash: 'h' }, list: [{ xetEnabled: true }] },
    ]),
  };
  const told = await ask(URL);
  expect(told.json()).toEqual([{ path: 'a', lfs: { oid: 'o' }, list: [{}] }]);
  expect(JSON.stringify(told).toLowerCase()).not.toContain('xet');
});

it.each([
  ['<https://huggingface.co/api/models?cursor=x>; rel="next"', '/api/models?cursor=x'],
  ['<http://10.0.0.1:8080/prefix/api/models?a=1&b=2>; rel="next"', '/api/models?a=1&b=2'],
  ['</api/models?cursor=x>;rel=next', '/api/models?cursor=x'],
  ['<https://huggingface.co/elsewhere>; rel="next"', undefined],
  ['<https://huggingface.co/api/models?cursor=x>; rel="last"', undefined],
  ['nonsense', undefined],
])('leads %s to us', async (link, path) => {
  const { ask, view } = asking(new FakeView(), { prefix: '/hub' });
  view.answer = { headers: { ...JSON_TYPE, link } };
  const { headers } = await ask(`/hub${URL}`);
  const expected =
    path === undefined ? undefined : `<http://cache.test:8080/hub${path}>; rel="next"`;
  expect(headers['link']).toBe(expected);
});

it('leads a redirect to us, below the prefix', async () => {
  const { ask, view } = asking(new FakeView(), { prefix: '/hub' });
  view.answer = {
    status: 307,
    headers: { location: 'https://huggingface.co/api/models/new/x?a=1' },
  };
  const told = await ask(`/hub${URL}`);
  expect([told.status, told.headers['location']]).toEqual([307, '/hub/api/models/new/x?a=1']);
});

it('passes on only headers that mean something here, and nothing that a browser would run', async () => {
  const { ask, view } = asking();
  view.answer = {
    status: 404,
    headers: {
      'content-type': 'text/html',
      'set-cookie': 'a=1',
      'access-control-allow-origin': 'https://evil.example',
      'content-security-policy': 'none',
      'x-error-code': 'EntryNotFound',
      'x-error-message': 'no\r\nInjected: 1',
      'x-total-count': '3',
      location: 'https://evil.example/',
    },
    body: '<script>alert(1)</script>',
  };
  const told = await ask(URL);
  expect(told.headers).toEqual({
    'access-control-allow-origin': '*',
    'access-control-expose-headers': expect.any(String),
    'cache-control': 'private, no-cache',
    'content-length': '25',
    'content-security-policy': "default-src 'none'; sandbox",
    'content-type': 'text/plain; charset=utf-8',
    vary: 'Authorization, Origin',
    'x-content-type-options': 'nosniff',
    'x-error-code': 'EntryNotFound',
    'x-modelkeep-cache': 'miss',
    'x-total-count': '3',
  });
});

it('answers 503 when the source is away, and when it sends what is not JSON', async () => {
  const { ask, view } = asking();
  view.answer = { headers: JSON_TYPE, body: '{"cut' };
  expect((await ask(URL)).status).toBe(503);
  view.failure = failure('offline');
  expect((await ask(URL)).status).toBe(503);
});

it("does not let the source's refusal of us seem one of the client's credentials", async () => {
  const { ask, view } = asking(new FakeView(), {}, []);
  const told = async (target: string): Promise<unknown> => {
    const { status, headers } = await ask(target, { headers: { authorization: 'Bearer hf_x' } });
    return [status, headers['x-error-code'], headers['www-authenticate']];
  };
  view.answer = {
    status: 401,
    headers: { 'www-authenticate': 'Bearer', 'x-error-message': 'Invalid username or password.' },
  };
  expect(await told(URL)).toEqual([404, 'RepoNotFound', undefined]);
  expect((await ask('/api/models')).json()).toEqual([]);
  view.answer = { status: 401, headers: { 'x-error-code': 'GatedRepo' } };
  expect(await told(URL)).toEqual([403, 'GatedRepo', undefined]);
});
