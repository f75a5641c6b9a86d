import { execFile } from 'node:child_process';
import { createHash } from 'node:crypto';
import { promisify } from 'node:util';
import { requires } from '@modelkeep/test-requirements';
import { seededBytes } from '@modelkeep/testkit/memory';
import { expect, it, vi } from 'vitest';
import { startEndpoint } from './endpoint.ts';

requires('curl');

const run = promisify(execFile);
const SIZE = 20_000_000;
const PARTS = 8;

async function curl(...args: string[]): Promise<Buffer> {
  const { stdout } = await run('curl', ['-sS', '--noproxy', '*', ...args], {
    encoding: 'buffer',
    maxBuffer: 2 * SIZE,
  });
  return stdout;
}

function sha256(bytes: Uint8Array): string {
  return createHash('sha256').update(bytes).digest('hex');
}

it('curl takes a file in eight ranges at once, cold, warm, and with the Hub gone', async () => {
  await using endpoint = await startEndpoint({ cache: { freshMs: 0 } });
  const content = seededBytes('ranges', SIZE);
  await endpoint.hub.addModel({ id: 'org/name', files: { 'model.safetensors': content } });
  const url = `${endpoint.url}/org/name/resolve/main/model.safetensors`;
  const edges = Array.from({ length: PARTS + 1 }, (_, part) => Math.floor((SIZE * part) / PARTS));
  for (const moment of ['cold', 'warm', 'gone']) {
    if (moment === 'gone') await endpoint.hub.stop();
    const parts = await Promise.all(
      edges.slice(1).map((end, part) => curl('-r', `${edges[part]}-${end - 1}`, url)),
    );
    expect(sha256(Buffer.concat(parts)), moment).toBe(sha256(content));
  }
  expect(sha256(await curl(url))).toBe(sha256(content));
  const head = (await curl('-I', url)).toString().toLowerCase();
  expect(head).toContain(`content-length: ${SIZE}\r\n`);
  expect(head).toContain('accept-ranges: bytes\r\n');
  expect(head).toContain('x-modelkeep-cache: stale\r\n');
  expect(head).toMatch(/\r\nage: \d+\r\n/);
  expect(head).not.toContain('xet');
  expect(endpoint.hub.bodyBytes('*.safetensors')).toBe(SIZE);
  expect(endpoint.errors).toEqual([]);
});

it('curl sees no complete file where a byte is wrong', async () => {
  // Hono's adapter prints what breaks a body.
  vi.spyOn(console, 'error').mockImplementation(() => {});
  await using endpoint = await startEndpoint();
  const content = seededBytes('wrong byte', SIZE);
  await endpoint.hub.addModel({ id: 'org/name', files: { 'model.safetensors': content } });
  endpoint.hub.faults.add({ kind: 'corrupt', match: '*.safetensors', atOffset: 1_234_567 });
  const url = `${endpoint.url}/org/name/resolve/main/model.safetensors`;
  await expect(curl('-f', '-o', '/dev/null', url)).rejects.toThrow();
  endpoint.hub.faults.clear();
  expect(sha256(await curl(url))).toBe(sha256(content));
});
