import { expect, it } from 'vitest';
import { asking } from '../../test/ask.ts';
import { COMMIT, FakeView, failure } from '../../test/fake-view.ts';

const EVIL = '<script>alert("1")</script>';

function view(): FakeView {
  return new FakeView().add({
    id: 'org/name',
    branches: ['refs/pr/1'],
    files: {
      'README.md': `# Title ${EVIL}`,
      [`a'"&<b>.txt`]: 'a',
      'model.safetensors': 'x'.repeat(1_500),
      'sub/deep/c #1.txt': 'c',
    },
  });
}

it('shows the files of a folder, and the README as text', async () => {
  const { ask } = asking(view(), { prefix: '/hub' });
  const { body } = await ask('/hub/org/name');
  expect(body).toContain(`main at ${COMMIT}`);
  expect(body).toContain('<a href="/hub/org/name/tree/main/sub">sub/</a>');
  expect(body).toContain('<a href="/hub/org/name/resolve/main/model.safetensors">');
  expect(body).toContain('<td>1.5 kB</td>');
  expect(body).toContain('# Title &lt;script&gt;alert(&quot;1&quot;)&lt;/script&gt;');
  expect(body).not.toContain('<script');
  expect(body).not.toContain('<b>');
  expect(body).toContain('a&#39;&quot;&amp;&lt;b&gt;.txt</a>');
  const pull = await ask('/hub/org/name/tree/refs%2Fpr%2F1/sub/deep/');
  expect(pull.body).toContain(
    '<a href="/hub/org/name/resolve/refs%2Fpr%2F1/sub/deep/c%20%231.txt">c #1.txt</a>',
  );
  expect(pull.body).not.toContain('Title');
});

it('says that there is no such folder or model', async () => {
  const { ask } = asking(view());
  for (const path of ['/org/name/tree/main/nope', '/org/name/tree/nope', '/org/nope']) {
    const told = await ask(path);
    expect([401, 404]).toContain(told.status);
    expect(told.headers['content-type']).toBe('text/html; charset=utf-8');
  }
});

it('shows the files though the README cannot be had', async () => {
  const fake = view();
  fake.failure = failure('source-unavailable');
  fake.failing = (call) => call.startsWith('open');
  const { ask } = asking(fake);
  const told = await ask('/org/name');
  expect(told.status).toBe(200);
  expect(told.body).toContain('model.safetensors');
  expect(told.body).not.toContain('Title');
});

it('tells a person what to set', async () => {
  const { ask } = asking(view(), { publicUrl: 'https://models.example/hf' });
  expect((await ask('/')).body).toContain('HF_ENDPOINT=https://models.example/hf<');
});

it('answers nobody who has gone', async () => {
  const { createHubApi } = await import('../hub-api.ts');
  const fake = view();
  const gone = new AbortController();
  fake.revision = async () => {
    gone.abort();
    throw gone.signal.reason;
  };
  const failures: unknown[] = [];
  const api = createHubApi({
    view: fake,
    async *listModels() {},
    onError: (error) => failures.push(error),
  });
  const request = new Request('http://h/api/models/org/name', { signal: gone.signal });
  expect((await api(request)).status).toBe(499);
  expect(failures).toEqual([]);
});
