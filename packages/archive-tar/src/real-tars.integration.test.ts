import { execFileSync } from 'node:child_process';
import { createReadStream } from 'node:fs';
import { mkdir, readFile, utimes, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { isModelkeepError } from '@modelkeep/core/spi';
import { pythonEnvironment, requires } from '@modelkeep/test-requirements';
import {
  bodyOf,
  collectBytes,
  seededBytes,
  type TempFolder,
  tempFolder,
} from '@modelkeep/testkit/memory';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { readAll } from '../test/read-all.ts';
import { tarArchives } from './tar-archives.ts';

requires('tar', 'bsdtar', 'zstd', 'python-env');

const FILES: Readonly<Record<string, Uint8Array>> = {
  'root/model_metadata.json': Buffer.from('{}'),
  'root/model/config.json': seededBytes('config', 700),
  'root/model/empty': new Uint8Array(),
  [`root/model/${'l'.repeat(150)}/${'n'.repeat(200)}.bin`]: seededBytes('long', 5000),
  [`root/model/${'d'.repeat(90)}/${'e'.repeat(60)}`]: seededBytes('prefix', 10),
  'root/model/\u00fcnic\u00f6de \u{1f600}.txt': Buffer.from('u'),
  'root/model/weights.safetensors': seededBytes('weights', 3_000_001),
};

let folder: TempFolder;
let source: string;
beforeAll(async () => {
  folder = await tempFolder();
  source = folder.join('source');
  for (const [path, content] of Object.entries(FILES)) {
    await mkdir(dirname(join(source, path)), { recursive: true });
    await writeFile(join(source, path), content);
  }
  await utimes(join(source, 'root/model/empty'), -5.5, -5.5);
});
afterAll(() => folder[Symbol.asyncDispose]());

function run(command: string, ...args: string[]): string {
  return execFileSync(command, args, {
    encoding: 'utf8',
    env: { ...process.env, LC_ALL: 'C.UTF-8' },
  });
}

function withoutDot(path: string): string {
  return path.replace(/^\.\//, '');
}

describe('an archive of', () => {
  const gnu =
    (...args: string[]): ((file: string) => string) =>
    (file) =>
      run('tar', '-C', source, ...args, '-cf', file, 'root');
  const bsd =
    (...args: string[]): ((file: string) => string) =>
    (file) =>
      run('bsdtar', '-C', source, ...args, '-cf', file, 'root');
  const python =
    (format: string): ((file: string) => string) =>
    (file) =>
      run(
        pythonEnvironment().python,
        '-c',
        `import sys, tarfile
with tarfile.open(sys.argv[1], sys.argv[3], format=tarfile.${format}) as tar: tar.add(sys.argv[2], "root")`,
        file,
        join(source, 'root'),
        'w',
      );
  const shell =
    (script: string): ((file: string) => string) =>
    (file) =>
      run('sh', '-c', script, 'sh', source, file);

  it.each<readonly [string, string, (file: string) => unknown]>([
    ['GNU tar', 'tar', gnu()],
    ['GNU tar, gnu', 'tar', gnu('--format=gnu')],
    ['GNU tar, pax', 'tar', gnu('--format=posix')],
    [
      'GNU tar, pax with times',
      'tar',
      gnu('--format=posix', '--pax-option=exthdr.name=%d/PaxHeaders/%f'),
    ],
    [
      'GNU tar, reproducible',
      'tar',
      gnu('--sort=name', '--mtime=@0', '--owner=0', '--group=0', '--numeric-owner'),
    ],
    ['GNU tar, large records', 'tar', gnu('-b', '2048')],
    ['GNU tar, ./', 'tar', (file) => run('tar', '-C', source, '-cf', file, '.')],
    ['GNU tar, gzip', 'tar.gz', gnu('-z')],
    ['GNU tar, zstd', 'tar.zst', gnu('--zstd')],
    ['bsdtar', 'tar', bsd()],
    ['bsdtar, pax', 'tar', bsd('--format=pax')],
    ['bsdtar, gnutar', 'tar', bsd('--format=gnutar')],
    ['bsdtar, gzip', 'tar.gz', bsd('-z')],
    ['bsdtar, zstd', 'tar.zst', bsd('--zstd')],
    ['Python, pax', 'tar', python('PAX_FORMAT')],
    ['Python, gnu', 'tar', python('GNU_FORMAT')],
    [
      'gzip in several members',
      'tar.gz',
      shell('tar -C "$1" -cf - root | split -b 700000 --filter="gzip" - > "$2"'),
    ],
    [
      'zstd in several frames',
      'tar.zst',
      shell('tar -C "$1" -cf - root | split -b 700000 --filter="zstd -q" - > "$2"'),
    ],
    [
      'zstd with a long window',
      'tar.zst',
      shell('tar -C "$1" -cf - root | zstd -q --ultra -20 -T1 > "$2"'),
    ],
  ])('%s is read as it was packed', async (name, format, pack) => {
    const file = folder.join(`${name.replaceAll(/\W/g, '-')}.${format}`);
    pack(file);
    const archive = await readFile(file);
    expect(tarArchives().detect(archive.subarray(0, 512))).toBe(format);
    const members = await readAll(archive, format);
    const files = members.filter(({ kind }) => kind === 'file');
    expect(files.map(({ path }) => withoutDot(path)).toSorted()).toEqual(
      Object.keys(FILES).toSorted(),
    );
    const unpacked = new Map<string, Uint8Array>();
    for await (const { path, kind, body } of tarArchives().read(
      { stream: () => createReadStream(file) },
      format,
      { maxEntries: 100, maxPathBytes: 1000, maxTotalBytes: () => 1e9 },
    )) {
      if (kind === 'file') unpacked.set(withoutDot(path), await collectBytes(body));
    }
    for (const [path, content] of Object.entries(FILES))
      expect(Buffer.compare(unpacked.get(path) ?? Buffer.alloc(1), content), path).toBe(0);
  });

  it('sparse files, incremental and multi-volume ones are refused by name', async () => {
    run('truncate', '-s', '10M', folder.join('sparse'));
    for (const [index, args] of [
      ['-S', '--format=gnu'],
      ['-S', '--format=posix'],
      ['--format=gnu', `--listed-incremental=${folder.join('state')}`],
      ['--format=gnu', '--label=volume'],
    ].entries()) {
      const file = folder.join(`refused-${index}.tar`);
      run('tar', '-C', folder.path, ...args, '-cf', file, 'sparse');
      const error: unknown = await readAll(await readFile(file)).catch(
        (failure: unknown) => failure,
      );
      expect(
        isModelkeepError(error, 'archive-invalid') && error.details['reason'],
        args.join(' '),
      ).toMatch(/^(sparse-or-multi-volume|bad-header)$/);
    }
  });

  it.each(['gnu', 'posix'])('GNU tar (%s) with a file of 9 GiB gives its size', async (format) => {
    run('truncate', '-s', '9G', folder.join('giant'));
    const head = execFileSync('sh', [
      '-c',
      'tar -C "$1" --format="$2" -cf - giant 2>/dev/null | head -c 8192',
      'sh',
      folder.path,
      format,
    ]);
    for await (const { path, size } of tarArchives().read({ stream: () => bodyOf(head) }, 'tar', {
      maxEntries: 9,
      maxPathBytes: 99,
      maxTotalBytes: () => 2 ** 40,
    })) {
      expect({ path, size }).toEqual({ path: 'giant', size: 9 * 2 ** 30 });
      break;
    }
  });
});

describe('an archive of ours', () => {
  it.each(tarArchives().names)('as %s is unpacked by every other tool', async (format) => {
    const members = Object.entries(FILES).map(([path, content]) => ({
      path,
      size: content.length,
      open: () => bodyOf(content),
    }));
    const file = folder.join(`ours.${format}`);
    await writeFile(file, await collectBytes(tarArchives().write(members, { format })));
    const python = `import sys, tarfile
with tarfile.open(sys.argv[1]) as tar: tar.extractall(sys.argv[2], filter="data")`;
    const tools: Record<string, (target: string) => string> = {
      gnu: (target) => run('tar', '-C', target, '-xf', file),
      bsd: (target) => run('bsdtar', '-C', target, '-xf', file),
      // Python 3.11 knows no zstd.
      ...(format === 'tar.zst'
        ? {}
        : { python: (target) => run(pythonEnvironment().python, '-c', python, file, target) }),
    };
    for (const [tool, unpack] of Object.entries(tools)) {
      const target = folder.join(`${tool}-${format}`);
      await mkdir(target);
      expect(unpack(target)).toBe('');
      for (const [path, content] of Object.entries(FILES))
        expect(Buffer.compare(await readFile(join(target, path)), content), `${tool} ${path}`).toBe(
          0,
        );
    }
  });
});
