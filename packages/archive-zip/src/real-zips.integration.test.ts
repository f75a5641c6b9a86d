import { execFileSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { mkdir, open, readFile, symlink, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { isModelkeepError } from '@modelkeep/core/spi';
import { pythonEnvironment, requires } from '@modelkeep/test-requirements';
import { rawZip } from '@modelkeep/testkit/hostile-archives';
import {
  bodyOf,
  collectBytes,
  seededBytes,
  type TempFolder,
  tempFolder,
} from '@modelkeep/testkit/memory';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { zipArchives } from './zip-archives.ts';

requires('zip', 'unzip', 'bsdtar', 'git', 'p7zip', 'python-env');

const FILES: Readonly<Record<string, Uint8Array>> = {
  'root/model_metadata.json': Buffer.from('{}'),
  'root/model/config.json': Buffer.from('{"a":1}'.repeat(500)),
  'root/model/empty': new Uint8Array(),
  [`root/model/${'l'.repeat(150)}/${'n'.repeat(200)}.bin`]: seededBytes('long', 5000),
  'root/model/ünicöde \u{1f600}.txt': Buffer.from('u'),
  'root/model/weights.safetensors': seededBytes('weights', 3_000_001),
};
const LIMITS = { maxEntries: 1000, maxPathBytes: 2000, maxTotalBytes: () => 2 ** 50 };

let folder: TempFolder;
let source: string;
beforeAll(async () => {
  folder = await tempFolder();
  source = folder.join('source');
  for (const [path, content] of Object.entries(FILES)) {
    await mkdir(dirname(join(source, path)), { recursive: true });
    await writeFile(join(source, path), content);
  }
});
afterAll(() => folder[Symbol.asyncDispose]());

function run(command: string, ...args: string[]): string {
  return execFileSync(command, args, {
    encoding: 'utf8',
    cwd: source,
    env: { ...process.env, LC_ALL: 'C.UTF-8', HOME: folder.path },
  });
}

const python = (script: string, ...args: string[]): string =>
  run(pythonEnvironment().python, '-c', script, ...args);

async function readFiles(path: string): Promise<Record<string, string>> {
  const found: Record<string, string> = {};
  const input = { path, stream: (): never => expect.unreachable() };
  for await (const entry of zipArchives().read(input, 'zip', LIMITS)) {
    if (entry.kind !== 'file') continue;
    found[entry.path] = sha256(await collectBytes(entry.body));
  }
  return found;
}

/** Why a zip is refused. */
async function reasonOf(file: string): Promise<unknown> {
  const error: unknown = await readFiles(file).catch((failure: unknown) => failure);
  return isModelkeepError(error, 'archive-invalid') && error.details['reason'];
}

function sha256(bytes: Uint8Array): string {
  return createHash('sha256').update(bytes).digest('hex');
}

const WANTED = Object.fromEntries(
  Object.entries(FILES).map(([path, content]) => [path, sha256(content)]),
);

describe('a zip of', () => {
  const PYTHON = `import sys, zipfile, os
with zipfile.ZipFile(sys.argv[1], "w", getattr(zipfile, sys.argv[2])) as archive:
    for parent, _, names in os.walk("root"):
        for name in names: archive.write(os.path.join(parent, name))`;
  // Written to what cannot be rewound, as in a pipe: checksums follow the contents.
  const STREAMED = `import sys, zipfile, os
class Pipe:
    def __init__(self, file): self.file = file
    def write(self, data): return self.file.write(data)
    def flush(self): self.file.flush()
with open(sys.argv[1], "wb") as file, zipfile.ZipFile(Pipe(file), "w", zipfile.ZIP_DEFLATED) as archive:
    for parent, _, names in os.walk("root"):
        for name in names: archive.write(os.path.join(parent, name))`;

  it.each<readonly [string, (file: string) => unknown]>([
    ['zip -r', (file) => run('zip', '-q', '-r', file, 'root')],
    ['zip, stored, no folders', (file) => run('zip', '-q', '-0', '-D', '-r', file, 'root')],
    ['zip, to a pipe', (file) => run('sh', '-c', 'zip -q -r - root > "$1"', 'sh', file)],
    ['zip, to a pipe, zip64', (file) => run('sh', '-c', 'zip -q -fz -r - root > "$1"', 'sh', file)],
    [
      'zip, with a comment',
      (file) => run('sh', '-c', 'echo words | zip -q -z -r "$1" root', 'sh', file),
    ],
    [
      'zip, updated later',
      (file) => {
        run('zip', '-q', '-r', file, 'root/model');
        run('zip', '-q', file, 'root/model_metadata.json');
      },
    ],
    ['bsdtar', (file) => run('bsdtar', '--format', 'zip', '-cf', file, 'root')],
    [
      'bsdtar, stored',
      (file) =>
        run('bsdtar', '--format', 'zip', '--options', 'compression=store', '-cf', file, 'root'),
    ],
    ['7-Zip', (file) => run('7z', 'a', '-tzip', '-mcu=on', file, 'root')],
    ['7-Zip, stored', (file) => run('7z', 'a', '-tzip', '-mx=0', '-mcu=on', file, 'root')],
    ['Python, deflated', (file) => python(PYTHON, file, 'ZIP_DEFLATED')],
    ['Python, stored', (file) => python(PYTHON, file, 'ZIP_STORED')],
    ['Python, streamed', (file) => python(STREAMED, file)],
    [
      'git archive',
      (file) => {
        run('git', 'init', '-q', '.');
        run('git', 'add', 'root');
        run('git', '-c', 'user.name=a', '-c', 'user.email=a@b', 'commit', '-q', '-m', 'x');
        run('git', 'archive', '--format', 'zip', '-o', file, 'HEAD');
      },
    ],
  ])('%s is read as it was packed', async (name, pack) => {
    const file = folder.join(`${name.replaceAll(/\W/g, '-')}.zip`);
    await pack(file);
    expect(zipArchives().detect((await readFile(file)).subarray(0, 512))).toBe('zip');
    expect(await readFiles(file)).toEqual(WANTED);
  });

  it('an old Windows program, with backslashes and without a mark of UTF-8', async () => {
    const file = folder.join('windows.zip');
    const members = Object.entries(FILES)
      .filter(([path]) => /^[\x20-\x7e]*$/.test(path))
      .map(([path, content]) => ({
        name: path.replaceAll('/', '\\'),
        content,
        host: 0,
        mode: 0,
        both: { flags: 0 },
      }));
    await writeFile(file, rawZip(members));
    const { 'root/model/ünicöde \u{1f600}.txt': _other, ...wanted } = WANTED;
    expect(await readFiles(file)).toEqual(wanted);
  });

  it.each([
    ['encrypted', ['-psecret'], '.zip', 'encrypted'],
    ['encrypted with AES', ['-psecret', '-mem=AES256'], '.zip', 'encrypted'],
    ['Deflate64', ['-mm=Deflate64'], '.zip', 'unsupported-method'],
    ['LZMA', ['-mm=LZMA'], '.zip', 'unsupported-method'],
  ])('%s by 7-Zip is refused by name', async (name, options, end, reason) => {
    const file = folder.join(`7z-${name.replaceAll(' ', '-')}`);
    run('7z', 'a', '-tzip', ...options, `${file}.zip`, 'root');
    expect(await reasonOf(`${file}${end}`)).toBe(reason);
  });

  it('split by 7-Zip is refused by name, first part and last', async () => {
    const file = folder.join('7z-split.zip');
    run('7z', 'a', '-tzip', '-mx=0', '-v1m', file, 'root');
    expect(await reasonOf(`${file}.001`)).toBe('no-end-mark');
    await expect(readFiles(`${file}.001`)).rejects.toThrow('one part of several');
    // What was cut says nothing of it: the last part is not told from any file that is no zip.
    const head = (await readFile(`${file}.003`)).subarray(0, 512);
    expect(zipArchives().detect(head)).toBeUndefined();
  });

  it.each([
    ['encrypted', ['-P', 'secret', '-r'], 'encrypted'],
    ['split', ['-s', '64k', '-0', '-r'], 'split-archive'],
    ['bzip2', ['-Z', 'bzip2', '-r'], 'unsupported-method'],
  ])('%s is refused by name', async (name, options, reason) => {
    const file = folder.join(`refused-${name}.zip`);
    run('zip', '-q', ...options, file, 'root');
    expect(await reasonOf(file)).toBe(reason);
  });

  it('zip with links tells them', async () => {
    const links = folder.join('links');
    await mkdir(links);
    await symlink('/etc/passwd', join(links, 'out'));
    const file = folder.join('links.zip');
    execFileSync('zip', ['-q', '-y', '-r', file, 'links'], { cwd: folder.path });
    const kinds: unknown[] = [];
    const input = { path: file, stream: (): never => expect.unreachable() };
    for await (const { path, kind, linkTarget } of zipArchives().read(input, 'zip', LIMITS)) {
      kinds.push({ path, kind, linkTarget });
    }
    expect(kinds).toContainEqual({ path: 'links/out', kind: 'symlink', linkTarget: '/etc/passwd' });
  });
});

describe('a zip of ours', () => {
  it.each(['store', 'deflate'] as const)('(%s) is read by every other tool', async (method) => {
    const members = Object.entries(FILES).map(([path, content]) => ({
      path,
      size: content.length,
      open: () => bodyOf(content),
    }));
    const file = folder.join(`ours-${method}.zip`);
    const bytes = await collectBytes(zipArchives({ method }).write(members, { format: 'zip' }));
    await writeFile(file, bytes);
    expect(run('unzip', '-t', file)).toContain('No errors detected');
    expect(run('zip', '-T', file)).toContain('OK');
    const script = `import sys, zipfile
with zipfile.ZipFile(sys.argv[1]) as archive:
    assert archive.testzip() is None
    archive.extractall(sys.argv[2])`;
    const tools: Record<string, (target: string) => unknown> = {
      unzip: (target) => run('unzip', '-q', file, '-d', target),
      bsdtar: (target) => run('bsdtar', '-C', target, '-xf', file),
      python: (target) => python(script, file, target),
    };
    for (const [tool, unpack] of Object.entries(tools)) {
      const target = folder.join(`${tool}-${method}`);
      await mkdir(target);
      unpack(target);
      for (const [path, content] of Object.entries(FILES)) {
        expect(sha256(await readFile(join(target, path))), `${tool} ${path}`).toBe(sha256(content));
      }
    }
  });

  it('beyond 4 GiB is read by the others, and by us', { timeout: 300_000 }, async () => {
    const size = 2 ** 32 + 77;
    const zeros = Buffer.alloc(1024 * 1024);
    async function* open_(): AsyncGenerator<Uint8Array> {
      for (let left = size; left > 0; left -= zeros.length) yield zeros.subarray(0, left);
    }
    const members = [
      { path: 'root/huge', size, open: open_ },
      { path: 'root/last', size: 4, open: () => bodyOf(Buffer.from('last')) },
    ];
    const file = folder.join('huge.zip');
    const handle = await open(file, 'w');
    let at = 0;
    for await (const chunk of zipArchives().write(members, { format: 'zip' })) {
      // The zeros need no room on the disk.
      if (chunk.length !== zeros.length) await handle.write(chunk, 0, chunk.length, at);
      at += chunk.length;
    }
    await handle.close();
    expect(at).toBe(zipArchives().writtenSize(members, 'zip'));
    const script = `import sys, zipfile
with zipfile.ZipFile(sys.argv[1]) as archive:
    print([(i.filename, i.file_size) for i in archive.infolist()], archive.read("root/last"))`;
    expect(python(script, file)).toBe(
      `[('root/', 0), ('root/huge', ${size}), ('root/last', 4)] b'last'\n`,
    );
    expect(run('unzip', '-p', file, 'root/last')).toBe('last');
    expect(run('bsdtar', '-tf', file).trim().split('\n')).toEqual([
      'root/',
      'root/huge',
      'root/last',
    ]);
    const found: unknown[] = [];
    const input = { path: file, stream: (): never => expect.unreachable() };
    for await (const entry of zipArchives().read(input, 'zip', LIMITS)) {
      found.push([entry.path, entry.size]);
      if (entry.path === 'root/last') {
        expect(Buffer.from(await collectBytes(entry.body)).toString()).toBe('last');
      }
    }
    expect(found).toEqual([
      ['root', 0],
      ['root/huge', size],
      ['root/last', 4],
    ]);
  });
});
