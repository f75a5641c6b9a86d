import { createHash } from 'node:crypto';
import { expect, test } from 'vitest';
import { bytesOf, failure, fakeHub, opener, sourceOf, TOKEN } from '../test/hub.ts';

const WEIGHTS = Buffer.from(Array.from({ length: 300_000 }, (_, index) => (index * 31) % 253));
const files = { 'config.json': '{"a":1}', 'model.safetensors': WEIGHTS, 'empty.txt': '' };

test.each(['config.json', 'model.safetensors'])('gives %s whole and in ranges', async (path) => {
  const hub = await fakeHub();
  await hub.addModel({ id: 'org/name', files });
  const { open, file } = await opener(sourceOf(hub), 'org/name', path);
  const content = Buffer.from(files[path as keyof typeof files]);
  const identity = file.digest ?? file.gitOid;
  for (const [start, end] of [
    [0, undefined],
    [0, 3],
    [2, 5],
    [4, undefined],
    [file.size - 1, file.size + 9],
  ] as const) {
    const { body, release, ...facts } = await open({
      start,
      ...(end === undefined ? {} : { end }),
    });
    expect(facts).toEqual({ start, size: file.size, etag: identity });
    const received: Buffer[] = [];
    for await (const chunk of body) {
      received.push(Buffer.from(chunk));
      release?.(chunk);
    }
    expect(Buffer.concat(received).equals(content.subarray(start, end))).toBe(true);
  }
});

test('an empty file has an empty body, though the Hub answers 416 to a range of it', async () => {
  const hub = await fakeHub();
  await hub.addModel({ id: 'org/name', files });
  const { open } = await opener(sourceOf(hub), 'org/name', 'empty.txt');
  const answer = await open();
  expect([answer.start, (await bytesOf(answer.body)).length]).toEqual([0, 0]);
  hub.faults.add({ kind: 'range-not-satisfiable', match: { route: ['resolve', 'resolve-cache'] } });
  expect((await bytesOf((await open()).body)).length).toBe(0);
});

test('asks for the signed address once, reuses it, and asks anew when it has expired', async () => {
  const hub = await fakeHub();
  hub.addToken(TOKEN);
  await hub.addModel({ id: 'org/name', files });
  const { read } = await opener(
    sourceOf(hub, { accessToken: TOKEN }),
    'org/name',
    'model.safetensors',
  );
  hub.resetCounters();
  const asked = (): number => hub.requests.filter(({ origin }) => origin === 'hub').length;
  for (let start = 0; start < 5; start++) await read({ start, end: start + 10 });
  expect(asked()).toBe(1);
  hub.cdn.expireIssuedUrls();
  expect((await read({ start: 7, end: 20 })).equals(WEIGHTS.subarray(7, 20))).toBe(true);
  expect(asked()).toBe(2);
  hub.faults.add({ kind: 'expired-url', match: { origin: 'cdn' } });
  expect(await failure(read({ start: 1, end: 2 }))).toMatchObject({
    code: 'source-unavailable',
    retryable: true,
    message: expect.stringContaining('answered 403'),
  });
  expect(asked()).toBe(3);
  expect(hub.cdn.authorizationSeen).toBe(false);
  expect(
    hub.requests
      .filter(({ headers }) => headers['authorization']?.includes(TOKEN))
      .every(({ origin }) => origin === 'hub'),
  ).toBe(true);
});

test('names of every kind are asked for as they are', async () => {
  const hub = await fakeHub();
  const names = [
    '# hash?.txt',
    '100%25 100%.txt',
    'a+b c.txt',
    'sub/é.txt',
    'sub/e\u0301.txt',
    'q\'"&=;:@$,!*().txt',
    '[x]{y}|^`~\\.txt',
  ];
  await hub.addModel({
    id: 'org/name',
    files: Object.fromEntries(names.map((name) => [name, `content of ${name}`])),
  });
  const source = sourceOf(hub);
  for (const name of names) {
    const { read } = await opener(source, 'org/name', name);
    expect((await read()).toString()).toBe(`content of ${name}`);
  }
});

test('a path that an address would change is refused', async () => {
  const hub = await fakeHub();
  const commit = await hub.addModel({ id: 'org/name', files });
  const file = { path: 'a/../../b', size: 1, gitOid: 'a'.repeat(40), lfs: false };
  expect(await failure(sourceOf(hub).open('org/name', commit, file))).toMatchObject({
    code: 'invalid-argument',
  });
});

test('200 to a range begins at the first byte and says so', async () => {
  const hub = await fakeHub();
  await hub.addModel({ id: 'org/name', files });
  hub.faults.add({ kind: 'ignore-range' });
  const { open } = await opener(sourceOf(hub), 'org/name', 'model.safetensors');
  const answer = await open({ start: 1000 });
  expect([answer.start, answer.size]).toEqual([0, WEIGHTS.length]);
  expect(
    createHash('md5')
      .update(await bytesOf(answer.body))
      .digest('hex'),
  ).toBe(createHash('md5').update(WEIGHTS).digest('hex'));
});

test.each([
  ['a range from elsewhere', { kind: 'wrong-content-range' } as const, /were asked for/],
  ['an encoded body', { kind: 'gzip' } as const, /gzip-encoded/],
  ['a web page', { kind: 'html' } as const, /web page/],
  [
    'no range at all',
    { kind: 'headers', headers: { 'Content-Range': null } } as const,
    /Content-Range/,
  ],
])('%s is a retryable failure of the source', async (_, fault, reason) => {
  const hub = await fakeHub();
  await hub.addModel({ id: 'org/name', files });
  const { read } = await opener(sourceOf(hub), 'org/name', 'model.safetensors');
  hub.faults.add({ ...fault, match: { origin: 'cdn' } });
  expect(await failure(read({ start: 5, end: 50 }))).toMatchObject({
    code: 'source-unavailable',
    retryable: true,
    message: expect.stringMatching(reason),
    details: { file: 'model.safetensors', host: expect.stringContaining('127.0.0.1') },
  });
});

test.each([
  ['longer', { kind: 'long', extraBytes: 7 } as const, WEIGHTS.length + 7],
  ['shorter', { kind: 'short', afterBytes: 10, contentLength: 'right' } as const, 10],
])('a file that is %s than listed is an integrity mismatch', async (_, fault, found) => {
  const hub = await fakeHub();
  await hub.addModel({ id: 'org/name', files });
  const { read } = await opener(sourceOf(hub), 'org/name', 'model.safetensors');
  hub.faults.add(fault);
  expect(await failure(read())).toMatchObject({
    code: 'integrity-mismatch',
    details: { file: 'model.safetensors', expected: WEIGHTS.length, found },
  });
});

test('a commit other than the one asked for is refused', async () => {
  const hub = await fakeHub();
  await hub.addModel({ id: 'org/name', files });
  const { read } = await opener(sourceOf(hub), 'org/name', 'config.json');
  hub.faults.add({ kind: 'headers', headers: { 'X-Repo-Commit': 'd'.repeat(40) } });
  expect(await failure(read())).toMatchObject({
    code: 'source-unavailable',
    message: expect.stringContaining('commit'),
  });
});

test('another ETag at the CDN makes it ask the Hub anew', async () => {
  const hub = await fakeHub();
  await hub.addModel({ id: 'org/name', files });
  const { read } = await opener(sourceOf(hub), 'org/name', 'model.safetensors');
  await read({ end: 5 });
  hub.resetCounters();
  hub.faults.add({ kind: 'changed-etag', match: { origin: 'cdn' }, times: 1 });
  expect((await read({ start: 5, end: 9 })).equals(WEIGHTS.subarray(5, 9))).toBe(true);
  expect(hub.requests.filter(({ origin }) => origin === 'hub')).toHaveLength(1);
});

test.each([
  [{ kind: 'cut', afterBytes: 1000 } as const, 'reset'],
  [{ kind: 'cut', afterBytes: 1000, reset: true } as const, 'reset'],
  [{ kind: 'stall', afterBytes: 1000 } as const, 'timeout'],
])('a connection lost on the way (%j) fails at %s', async (fault, hop) => {
  const hub = await fakeHub();
  await hub.addModel({ id: 'org/name', files });
  const { read } = await opener(
    sourceOf(hub, { stallTimeoutMs: 2000 }),
    'org/name',
    'model.safetensors',
  );
  hub.faults.add(fault);
  expect(await failure(read())).toMatchObject({
    code: 'source-unavailable',
    retryable: true,
    details: { hop },
  });
});

test('no byte of a hostile redirect is fetched', async () => {
  const hub = await fakeHub();
  await hub.addModel({ id: 'org/name', files });
  const { read } = await opener(sourceOf(hub), 'org/name', 'config.json');
  for (const location of [
    'http://169.254.169.254/latest',
    'file:///etc/passwd',
    `http://user@${new URL(hub.url).host}/x`,
  ]) {
    hub.faults.add({ kind: 'redirect', location, times: 1 });
    expect(await failure(read())).toMatchObject({
      code: 'source-unavailable',
      retryable: false,
      details: { hop: 'redirect' },
    });
  }
  hub.faults.add({ kind: 'redirect-loop' });
  expect(await failure(read())).toMatchObject({ details: { hop: 'redirect' } });
});

test('an aborted body rejects with the reason and closes the connection', async () => {
  const hub = await fakeHub({ bytesPerSecond: 50_000 });
  await hub.addModel({ id: 'org/name', files });
  const { open } = await opener(sourceOf(hub), 'org/name', 'model.safetensors');
  const controller = new AbortController();
  const { body } = await open({ signal: controller.signal });
  const reader = body[Symbol.asyncIterator]();
  await reader.next();
  const reason = new Error('enough');
  controller.abort(reason);
  expect(await failure(bytesOf({ [Symbol.asyncIterator]: () => reader }))).toBe(reason);
  await expect.poll(() => hub.cdn.connections.open).toBe(0);
});
