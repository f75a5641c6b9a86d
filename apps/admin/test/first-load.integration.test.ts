import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { beforeAll, describe, expect, it } from 'vitest';

const dist = join(import.meta.dirname, '../dist');
const MOST_BYTES = 300_000;

let html = '';

beforeAll(async () => {
  html = await readFile(join(dist, 'index.html'), 'utf8');
});

/** The files that a page needs, with all that they import at once. */
async function withImports(names: readonly string[]): Promise<ReadonlySet<string>> {
  const found = new Set<string>();
  const visit = async (name: string): Promise<void> => {
    if (found.has(name)) return;
    found.add(name);
    if (!name.endsWith('.js')) return;
    const text = await readFile(join(dist, 'assets', name), 'utf8');
    const imports = text.matchAll(/(?:^|[;}])import(?:[\w\s{},$*]+from)?"\.\/([^"]+)"/g);
    for (const [, imported = ''] of imports) await visit(imported);
  };
  for (const name of names) await visit(name);
  return found;
}

async function zippedBytes(names: Iterable<string>): Promise<number> {
  let bytes = 0;
  for (const name of names) {
    const file = join(dist, 'assets', name);
    const zipped = await readFile(`${file}.gz`).catch(() => readFile(file));
    bytes += zipped.byteLength;
  }
  return bytes;
}

describe('the built page', () => {
  it.each(['overview-page', 'models-page', 'model-page', 'import-page'])(
    'opens at %s with less than 300 kB',
    async (chunk) => {
      const named = [...html.matchAll(/assets\/([^"]+)"/g)].map(([, name = '']) => name);
      const page = (await readdir(join(dist, 'assets'))).find(
        (name) => name.startsWith(`${chunk}-`) && name.endsWith('.js'),
      );
      expect(page).toBeDefined();
      const files = await withImports([...named, page ?? '']);
      expect(files.size).toBeGreaterThan(named.length);
      expect(await zippedBytes(files)).toBeLessThan(MOST_BYTES);
    },
  );

  it('names its files by relative addresses only, and has nothing inline', () => {
    const addresses = [...html.matchAll(/(?:src|href)="([^"]+)"/g)].map(([, address]) => address);
    expect(addresses.filter((address) => !address?.startsWith('./'))).toEqual(['/-/']);
    expect(html).not.toMatch(/<style|style=|<script(?![^>]*src)|\son\w+=/);
  });

  it('brings every large file compressed', async () => {
    const names = await readdir(join(dist, 'assets'));
    for (const name of names.filter((file) => /\.(?:js|css)$/.test(file))) {
      const { byteLength } = await readFile(join(dist, 'assets', name));
      if (byteLength >= 1024)
        expect(names).toEqual(expect.arrayContaining([`${name}.gz`, `${name}.br`]));
    }
  });

  it('asks nothing of other machines', async () => {
    const names = await readdir(join(dist, 'assets'));
    for (const name of names.filter((file) => file.endsWith('.css'))) {
      expect(await readFile(join(dist, 'assets', name), 'utf8')).not.toMatch(
        /@import|url\(['"]?http/,
      );
    }
  });
});
