/** The parts of a package.json that are checked. */
export interface Manifest {
  readonly name?: string;
  readonly version?: string;
  readonly private?: boolean;
  readonly description?: string;
  readonly keywords?: readonly string[];
  readonly homepage?: string;
  readonly bugs?: string;
  readonly repository?: unknown;
  readonly license?: string;
  readonly type?: string;
  readonly sideEffects?: unknown;
  readonly exports?: Readonly<Record<string, unknown>>;
  readonly files?: readonly string[];
  readonly scripts?: Readonly<Record<string, string>>;
  readonly dependencies?: Readonly<Record<string, string>>;
  readonly peerDependencies?: Readonly<Record<string, string>>;
  readonly devDependencies?: Readonly<Record<string, string>>;
  readonly engines?: unknown;
  readonly publishConfig?: unknown;
}

const ORDER = [
  'name',
  'version',
  'private',
  'description',
  'keywords',
  'homepage',
  'bugs',
  'repository',
  'license',
  'type',
  'sideEffects',
  'bin',
  'exports',
  'files',
  'scripts',
  'dependencies',
  'peerDependencies',
  'peerDependenciesMeta',
  'optionalDependencies',
  'devDependencies',
  'engines',
  'publishConfig',
];
const REPOSITORY = 'https://github.com/modelkeep/modelkeep';
const EXACT = /^\d+\.\d+\.\d+(?:-[\w.]+)?$/;

/** What is wrong with the package.json of `folder` (`packages/core`), a line each; empty when all is well. */
export function checkManifest(folder: string, manifest: Manifest): string[] {
  const published = isPublished(folder);
  return [
    ...checkOrder(manifest),
    ...checkDependencies(manifest),
    ...(published
      ? checkPublished(folder, manifest)
      : expectEqual('private', manifest.private, true)),
    ...expectEqual('license', manifest.license, 'Apache-2.0'),
    ...expectEqual('type', manifest.type, 'module'),
    ...(manifest.description?.endsWith('.') ? [] : ['description: must be a sentence']),
  ];
}

/** Whether a package is on the registry: all but tools, and suites that need more packages than what they test may. */
export function isPublished(folder: string): boolean {
  return /^(?:packages|apps)\//.test(folder) && !folder.endsWith('-tests');
}

/** Whether a package is files for a browser, and no module that is imported. */
export function isPage(folder: string): boolean {
  return folder === 'apps/admin';
}

function checkOrder(manifest: Manifest): string[] {
  const keys = Object.keys(manifest);
  const unknown = keys.filter((key) => !ORDER.includes(key)).map((key) => `${key}: not used here`);
  const known = ORDER.filter((key) => keys.includes(key));
  const actual = keys.filter((key) => ORDER.includes(key));
  return [...unknown, ...expectEqual('order of keys', actual, known)];
}

function checkPublished(folder: string, manifest: Manifest): string[] {
  const name = folder === 'apps/cli' ? 'modelkeep' : `@modelkeep/${folder.split('/')[1]}`;
  const scripts = manifest.scripts ?? {};
  return [
    ...expectEqual('name', manifest.name, name),
    ...expectEqual('private', manifest.private, undefined),
    ...expectEqual('homepage', manifest.homepage, `${REPOSITORY}/tree/main/${folder}#readme`),
    ...expectEqual('bugs', manifest.bugs, `${REPOSITORY}/issues`),
    ...expectEqual('repository', manifest.repository, {
      type: 'git',
      url: `git+${REPOSITORY}.git`,
      directory: folder,
    }),
    ...expectEqual('sideEffects', manifest.sideEffects, false),
    ...checkFiles(manifest.files ?? []),
    ...expectEqual('engines', manifest.engines, { node: '>=22.19' }),
    ...expectEqual('publishConfig', manifest.publishConfig, { access: 'public', provenance: true }),
    ...expectEqual('scripts.build', scripts['build'], isPage(folder) ? 'vite build' : 'tsup'),
    ...expectEqual('scripts.typecheck', scripts['typecheck'], 'tsc --project tsconfig.json'),
    ...expectEqual(
      'scripts.package-check',
      scripts['package-check'],
      isPage(folder) ? 'publint --strict' : 'publint --strict && attw --pack . --profile esm-only',
    ),
    ...expectEqual('keywords', manifest.keywords, [...(manifest.keywords ?? [])].sort()),
    ...(isPage(folder) ? [] : checkExports(manifest.exports ?? {})),
  ];
}

function checkFiles(files: readonly string[]): string[] {
  const assets = files.slice(1, -2);
  return expectEqual('files', files, ['dist', ...assets, 'README.md', 'CHANGELOG.md']);
}

function checkExports(exports: Readonly<Record<string, unknown>>): string[] {
  const { './package.json': self, ...entries } = exports;
  const problems = expectEqual('exports ./package.json', self, './package.json');
  for (const [path, entry] of Object.entries(entries)) {
    if (path.endsWith('.json')) {
      problems.push(...expectEqual(`exports ${path}`, entry, path));
      continue;
    }
    const target = path === '.' ? 'index' : `${path.slice(2)}/index`;
    const built = isRecord(entry) ? String(entry['default']) : '';
    const stem = built.replace(/^\.\/dist\/|\.js$/g, '') || target;
    problems.push(
      ...expectEqual(`exports ${path}`, Object.entries(isRecord(entry) ? entry : {}), [
        ['@modelkeep/source', `./src/${stem}.ts`],
        ['types', `./dist/${stem}.d.ts`],
        ['default', `./dist/${stem}.js`],
      ]),
    );
  }
  return problems;
}

function checkDependencies(manifest: Manifest): string[] {
  const problems: string[] = [];
  for (const section of ['dependencies', 'devDependencies'] as const) {
    const entries = Object.entries(manifest[section] ?? {});
    const names = entries.map(([name]) => name);
    problems.push(...expectEqual(`order of ${section}`, names, [...names].sort()));
    for (const [name, version] of entries) {
      const ours = name === 'modelkeep' || name.startsWith('@modelkeep/');
      if (ours) problems.push(...expectEqual(`${section} ${name}`, version, 'workspace:^'));
      else if (version !== 'catalog:' && !EXACT.test(version)) {
        problems.push(`${section} ${name}: must be an exact version or catalog:, not ${version}`);
      }
    }
  }
  for (const name of Object.keys(manifest.peerDependencies ?? {})) {
    if (name.startsWith('@modelkeep/')) problems.push(`peerDependencies ${name}: use dependencies`);
  }
  return problems;
}

function expectEqual(what: string, actual: unknown, expected: unknown): string[] {
  const [found, wanted] = [JSON.stringify(actual), JSON.stringify(expected)];
  return found === wanted ? [] : [`${what}: must be ${wanted}, is ${found}`];
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null;
}
