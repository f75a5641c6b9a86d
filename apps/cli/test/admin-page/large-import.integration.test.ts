import { createHash, randomBytes } from 'node:crypto';
import { createWriteStream } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { requires } from '@modelkeep/test-requirements';
import type { Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { ON_OTHER_BACKENDS } from '../support/chosen-store.ts';
import { type CutProxy, startCutProxy } from './cut-proxy.ts';
import { openSite, type Site, signIn } from './site.ts';

requires('chromium', 'python-env');

const MIB = 1024 * 1024;
const WEIGHT_MIB = ON_OTHER_BACKENDS ? 1024 : 2048;
const MODEL = 'org/large';
/** Far less than the archive, and what the server may take for itself. */
const MOST_RSS_KIB = 400 * 1024;
const MINUTE = 60_000;

let site: Site;
let proxy: CutProxy;
let archive = '';
let digest = '';

beforeAll(async () => {
  site = await openSite();
  proxy = await startCutProxy(new URL(site.server().url).port);
  archive = join(site.bench.folder, 'large.tar');
  digest = await writeArchive(archive);
});
afterAll(async () => {
  await proxy.stop();
  await site[Symbol.asyncDispose]();
});

describe(`an archive of ${WEIGHT_MIB / 1024} GiB`, () => {
  it('arrives whole although its upload is cut three times, the server restarts, and the page is reloaded', {
    timeout: 10 * MINUTE,
  }, async () => {
    const context = await site.browser.newContext();
    context.setDefaultTimeout(5 * MINUTE);
    const page = await context.newPage();
    await page.goto(`${proxy.url}/-/import`);
    await signIn(page, site.tokens.ada);
    await page.locator('input[type=file]').first().setInputFiles(archive);
    for (const percent of [10, 20, 30]) {
      await reached(page, percent);
      proxy.cut();
    }
    await reached(page, 40);
    await site.server().end('SIGTERM');
    await site.restart();
    await reached(page, 50);
    // A browser asks before it leaves, and may not open the file again by itself.
    page.on('dialog', (dialog) => void dialog.accept());
    await page.reload();
    await page.getByRole('heading', { name: 'Not finished' }).waitFor();
    await page.locator('input[type=file]').first().setInputFiles(archive);
    const before = proxy.sentBytes();
    await page.getByText('Would be added').waitFor();
    await page.getByRole('button', { name: `Import ${MODEL}` }).click();
    await page
      .getByText(/added in 1 file/)
      .first()
      .waitFor();

    const details = (await site.bench.json(['show', MODEL])) as { files: { digest: string }[] };
    expect(details.files.map((file) => file.digest)).toEqual([digest]);
    expect(proxy.cuts()).toBe(3);
    // It went on from where it was.
    expect(proxy.sentBytes() - before).toBeLessThan(0.7 * WEIGHT_MIB * MIB);
    expect(await peakRssKib(site.server().child.pid ?? 0)).toBeLessThan(MOST_RSS_KIB);
    await context.close();
  });
});

/** Waits until so much of the upload has arrived. */
async function reached(page: Page, percent: number): Promise<void> {
  const bar = page.getByRole('progressbar', { name: 'Upload of large.tar' });
  await expect
    .poll(async () => Number(await bar.getAttribute('aria-valuenow')), {
      timeout: 4 * MINUTE,
      interval: 100,
    })
    .toBeGreaterThanOrEqual(percent);
}

async function peakRssKib(pid: number): Promise<number> {
  const status = await readFile(`/proc/${pid}/status`, 'utf8');
  return Number(/VmHWM:\s+(\d+)/.exec(status)?.[1]);
}

/** Writes an archive by hand as a stranger's tar would be. Returns the digest of the weights. */
async function writeArchive(path: string): Promise<string> {
  const metadata = Buffer.from(
    JSON.stringify({
      version: 0,
      modelDefinition: { key: `hf@${MODEL}` },
      url: `https://huggingface.co/${encodeURIComponent(MODEL)}/tree/main`,
    }),
  );
  const hash = createHash('sha256');
  const block = randomBytes(MIB);
  function* parts(): Generator<Buffer> {
    yield header('large/model_metadata.json', metadata.byteLength);
    yield metadata;
    yield Buffer.alloc(512 - (metadata.byteLength % 512));
    yield header('large/model/model.safetensors', WEIGHT_MIB * MIB);
    for (let index = 0; index < WEIGHT_MIB; index += 1) {
      // No two alike, so that a part at the wrong place is seen.
      block.writeUInt32LE(index, 0);
      hash.update(block);
      yield Buffer.from(block);
    }
    yield Buffer.alloc(1024);
  }
  await pipeline(Readable.from(parts()), createWriteStream(path));
  return hash.digest('hex');
}

/** A member's header as POSIX has it. */
function header(name: string, size: number): Buffer {
  const block = Buffer.alloc(512);
  block.write(name, 0);
  block.write('0000644\0', 100);
  block.write('0000000\0', 108);
  block.write('0000000\0', 116);
  block.write(`${size.toString(8).padStart(11, '0')}\0`, 124);
  block.write('00000000000\0', 136);
  block.write('        ', 148);
  block.write('0', 156);
  block.write('ustar\u000000', 257);
  const sum = block.reduce((total, byte) => total + byte, 0);
  block.write(`${sum.toString(8).padStart(6, '0')}\0 `, 148);
  return block;
}
