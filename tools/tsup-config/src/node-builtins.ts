import { builtinModules } from 'node:module';
import type { Options } from 'tsup';

type Plugin = NonNullable<Options['esbuildPlugins']>[number];

/** What no short command needs: loaded when one of its functions is first called. */
const LAZY: ReadonlySet<string> = new Set([
  'child_process',
  'crypto',
  'dns',
  'dns/promises',
  'http',
  'https',
  'stream/consumers',
  'tls',
  'worker_threads',
  'zlib',
]);

/** For packages that are CommonJS and ask by `require`, which loads a module at once. */
const REQUIRED: Readonly<Record<string, string>> = {
  // commander imports it to start programs, which nobody does here.
  child_process: `module.exports = new Proxy({}, { get: (_, key) => process.getBuiltinModule('node:child_process')[key] });`,
  // undici asserts all the time, and hardly ever in vain.
  assert: `const load = () => process.getBuiltinModule('node:assert');
module.exports = (value, message) => { if (!value) load()(value, message); };
for (const key of ['ok', 'equal', 'notEqual', 'strictEqual', 'notStrictEqual', 'deepEqual', 'deepStrictEqual', 'fail', 'throws', 'rejects'])
  module.exports[key] = (...args) => load()[key](...args);`,
  // undici looks for bodies of this class, which nobody here sends, and for a limit that every client here is given.
  http: `const own = { IncomingMessage: class {}, maxHeaderSize: 16384 };
module.exports = new Proxy({}, { get: (_, key) => own[key] ?? process.getBuiltinModule('node:http')[key] });`,
  // As undici itself has it where there is none: nobody here speaks HTTP/2.
  http2: 'module.exports = { constants: {} };',
};

const IDENTIFIER = /^[A-Za-z_$][\w$]*$/;

function importedText(name: string): string {
  const builtin = process.getBuiltinModule(`node:${name}`) as object;
  const load = `process.getBuiltinModule('node:${name}')`;
  const isLazy = LAZY.has(name);
  const exported = Object.entries(Object.getOwnPropertyDescriptors(builtin))
    .filter(([key]) => IDENTIFIER.test(key) && key !== 'default')
    .map(([key, { value = (builtin as Record<string, unknown>)[key] }]) => {
      const it = `${load}.${key}`;
      if (!isLazy || typeof value !== 'function' || /^[A-Z]/.test(key))
        return `export const ${key} = /* @__PURE__ */ (() => ${it})();`;
      if (Object.getOwnPropertySymbols(value).length === 0)
        return `export function ${key}(...args) { return ${it}(...args); }`;
      // What `util.promisify` looks for must be found.
      return `export const ${key} = /* @__PURE__ */ new Proxy(() => {}, { get: (_, key) => ${it}[key], apply: (_, self, args) => ${it}(...args) });`;
    });
  const itself = isLazy
    ? `/* @__PURE__ */ new Proxy({}, { get: (_, key) => ${load}[key] })`
    : `/* @__PURE__ */ (() => ${load})()`;
  return [...exported, `export default ${itself};`].join('\n');
}

/**
 * Takes Node's own modules by `process.getBuiltinModule`. An `import` of one reads all its properties, and so loads
 * thirty others for `node:util` alone, which takes longer than what a short command does.
 */
export function nodeBuiltins(): Plugin {
  return {
    name: 'node-builtins',
    setup(build) {
      build.onResolve({ filter: /^(node:)?[a-z]/ }, ({ path, kind, namespace }) => {
        const name = path.replace(/^node:/, '');
        if (!builtinModules.includes(name) && !path.startsWith('node:')) return undefined;
        // It is no property of the process's own object that anybody reads at the start.
        if (name === 'process' || namespace.startsWith('builtin')) return undefined;
        if (kind === 'import-statement')
          return { path: name, namespace: 'builtin-import', sideEffects: false };
        if (kind !== 'require-call') return undefined;
        // The others go through the banner's `require`.
        return name in REQUIRED
          ? { path: name, namespace: 'builtin-require' }
          : { path, external: true };
      });
      build.onLoad({ filter: /./, namespace: 'builtin-import' }, ({ path }) => ({
        contents: importedText(path),
      }));
      build.onLoad({ filter: /./, namespace: 'builtin-require' }, ({ path }) => ({
        contents: REQUIRED[path] ?? '',
      }));
    },
  };
}
