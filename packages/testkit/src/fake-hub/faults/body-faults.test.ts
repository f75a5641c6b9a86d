import { gunzipSync } from 'node:zlib';
import { expect, it } from 'vitest';
import type { FakeHub } from '../fake-hub.ts';
import { startFakeHub } from '../start-fake-hub.ts';
import { type Asking, ask, askThrough, type Told } from '../testing/ask.ts';
import type { Fault } from './fault.ts';

const SIZE = 1_000_000;

interface Setting extends AsyncDisposable {
  readonly hub: FakeHub;
  readonly whole: Buffer;
  get(asking?: Asking): Promise<Told>;
}

async function withFault(fault: Fault): Promise<Setting> {
  const hub = await startFakeHub();
  await hub.addModel({
    id: 'o/m',
    files: { 'config.json': '{"some":"text"}', 'w.bin': { generated: { size: SIZE, seed: 1 } } },
  });
  const get = (asking?: Asking): Promise<Told> =>
    askThrough(`${hub.url}/o/m/resolve/main/w.bin`, asking);
  const whole = (await get()).body;
  hub.resetCounters();
  hub.faults.add(fault);
  return { hub, whole, get, [Symbol.asyncDispose]: () => hub[Symbol.asyncDispose]() };
}

const range = (text: string): Asking => ({ headers: { range: `bytes=${text}` } });

it('cuts after so many bytes', async () => {
  await using set = await withFault({ kind: 'cut', afterBytes: 70_000, times: 1 });
  const told = await set.get();
  expect([told.status, told.complete]).toEqual([200, false]);
  expect(told.headers['content-length']).toBe(String(SIZE));
  expect(told.body.equals(set.whole.subarray(0, 70_000))).toBe(true);
  expect(set.hub.bodyBytes()).toBe(70_000);
  expect((await set.get()).complete).toBe(true);
});

it('cuts by a reset, which may overtake what was sent before', async () => {
  await using set = await withFault({ kind: 'cut', afterBytes: 70_000, reset: true, times: 1 });
  const told = await set.get().catch((error: unknown) => error);
  const seen = expect.objectContaining({ complete: false });
  const reset = expect.objectContaining({ code: 'ECONNRESET' });
  expect(told).toEqual(told instanceof Error ? reset : seen);
  expect(set.hub.bodyBytes()).toBe(70_000);
});

it('cuts before the first byte of the body, the head being out', async () => {
  await using set = await withFault({ kind: 'cut', afterBytes: 0 });
  const told = await set.get();
  expect([told.status, told.complete, told.body.length]).toEqual([200, false, 0]);
});

it('cuts at a place in the file, in the range that holds it only', async () => {
  await using set = await withFault({ kind: 'cut', atOffset: 700_000, times: 1 });
  expect((await set.get(range('0-699999'))).complete).toBe(true);
  const told = await set.get(range('600000-'));
  expect([told.complete, told.body.length]).toEqual([false, 100_000]);
});

it('stalls after so many bytes and keeps the connection open', async () => {
  await using set = await withFault({ kind: 'stall', afterBytes: 1000 });
  const url = (await ask(`${set.hub.url}/o/m/resolve/main/w.bin`)).headers.location ?? '';
  const leaving = new AbortController();
  const response = await fetch(url, { signal: leaving.signal });
  const reader = response.body?.getReader();
  const { value } = (await reader?.read()) ?? {};
  expect(value).toHaveLength(1000);
  const more = reader?.read().then(
    () => 'more',
    () => 'left',
  );
  expect(set.hub.cdn.connections.open).toBe(1);
  expect(set.hub.requests.at(-1)?.isOver).toBe(false);
  leaving.abort();
  expect(await more).toBe('left');
});

it('ends short with the true length announced, or the short one', async () => {
  await using wrong = await withFault({ kind: 'short', afterBytes: 5 });
  const torn = await wrong.get();
  expect([torn.complete, torn.body.length]).toEqual([false, 5]);
  expect(torn.headers['content-length']).toBe(String(SIZE));
  await using right = await withFault({ kind: 'short', afterBytes: 5, contentLength: 'right' });
  const told = await right.get();
  expect([told.complete, told.body.length]).toEqual([true, 5]);
  expect(told.headers['content-length']).toBe('5');
});

it('sends more than there is, announced or not', async () => {
  await using right = await withFault({ kind: 'long', extraBytes: 7 });
  const told = await right.get(range('10-19'));
  expect(told.headers['content-length']).toBe('17');
  expect(told.headers['content-range']).toBe(`bytes 10-19/${SIZE}`);
  expect(told.body.toString('latin1')).toBe(`${right.whole.toString('latin1', 10, 20)}xxxxxxx`);
  await using wrong = await withFault({ kind: 'long', extraBytes: 7, contentLength: 'wrong' });
  const before = wrong.hub.bodyBytes();
  expect((await wrong.get()).headers['content-length']).toBe(String(SIZE));
  expect(wrong.hub.bodyBytes() - before).toBe(SIZE + 7);
});

it('corrupts one byte at an offset, whichever range gives it', async () => {
  await using set = await withFault({ kind: 'corrupt', atOffset: 500_000 });
  const expected = Buffer.from(set.whole);
  expected[500_000] = (set.whole[500_000] ?? 0) ^ 0xff;
  expect((await set.get()).body.equals(expected)).toBe(true);
  const part = await set.get(range('499990-500010'));
  expect(part.body.equals(expected.subarray(499_990, 500_011))).toBe(true);
  expect((await set.get(range('0-9'))).body.equals(set.whole.subarray(0, 10))).toBe(true);
  expect(set.hub.requests.map(({ faults }) => faults.length)).toEqual([0, 1, 0, 1, 0, 0]);
});

it('corrupts the middle of an answer when no offset is given', async () => {
  await using set = await withFault({ kind: 'corrupt', times: 1 });
  const told = await set.get(range('100-199'));
  const wrong = [...told.body].flatMap((byte, n) => (byte === set.whole[100 + n] ? [] : [n]));
  expect(wrong).toEqual([50]);
  expect((await set.get()).body.equals(set.whole)).toBe(true);
});

it('lies about the range, ignores it, or cannot satisfy it', async () => {
  await using shifted = await withFault({ kind: 'wrong-content-range', shift: 5 });
  const lie = await shifted.get(range('10-19'));
  expect(lie.status).toBe(206);
  expect(lie.headers['content-range']).toBe(`bytes 15-24/${SIZE}`);
  await using ignored = await withFault({ kind: 'ignore-range' });
  const whole = await ignored.get(range('10-19'));
  expect([whole.status, whole.body.length]).toEqual([200, SIZE]);
  expect(whole.headers).not.toHaveProperty('content-range');
  await using refused = await withFault({ kind: 'range-not-satisfiable' });
  const told = await refused.get(range('10-19'));
  expect([told.status, told.headers['content-range']]).toEqual([416, `bytes */${SIZE}`]);
});

it('changes the ETag from answer to answer; on the redirect too if its route is named', async () => {
  await using set = await withFault({ kind: 'changed-etag' });
  const etags = [await set.get(range('0-1')), await set.get(range('2-3'))].map(
    ({ headers }) => headers.etag,
  );
  expect(etags[0]).not.toBe(etags[1]);
  const linked = async (): Promise<unknown> =>
    (await ask(`${set.hub.url}/o/m/resolve/main/w.bin`)).headers['x-linked-etag'];
  expect(await linked()).toBe(await linked());
  set.hub.faults.add({ kind: 'changed-etag', match: { route: 'resolve' } });
  const first = await linked();
  expect(first).toMatch(/^"[0-9a-f]{64}"$/);
  expect(await linked()).not.toBe(first);
});

it('encodes a body that nobody asked to have encoded', async () => {
  await using set = await withFault({ kind: 'gzip' });
  const told = await set.get();
  expect(told.headers['content-encoding']).toBe('gzip');
  expect(told.headers).not.toHaveProperty('content-length');
  expect(gunzipSync(told.body).equals(set.whole)).toBe(true);
});

it('sends what is on its way without a limit that was removed', async () => {
  await using set = await withFault({ kind: 'bandwidth', bytesPerSecond: 8192 });
  const told = set.get();
  await expect.poll(() => set.hub.bodyBytes()).toBeGreaterThan(0);
  set.hub.faults.clear();
  expect((await told).body.equals(set.whole)).toBe(true);
});

it('reaches answers without a file only if the route is named', async () => {
  await using set = await withFault({ kind: 'corrupt', match: { route: 'tree' }, times: 1 });
  expect((await set.get()).body.equals(set.whole)).toBe(true);
  const url = `${set.hub.url}/api/models/o/m/tree/main`;
  const wrong = (await ask(url)).body;
  expect(wrong.equals((await ask(url)).body)).toBe(false);
});
