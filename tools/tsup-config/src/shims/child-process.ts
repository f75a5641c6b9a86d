import type * as ChildProcess from 'node:child_process';

/** `node:child_process`, loaded when it is used: commander imports it, and so does a source that most commands never ask. */
const lazy: Partial<typeof ChildProcess> = new Proxy(
  {},
  { get: (_, key) => Reflect.get(process.getBuiltinModule('node:child_process'), key) },
);

/** For the AWS SDK, where a program is set to give credentials. */
export const exec: typeof ChildProcess.exec = new Proxy(
  (() => {}) as unknown as typeof ChildProcess.exec,
  {
    get: (_, key) => Reflect.get(process.getBuiltinModule('node:child_process').exec, key),
    apply: (_, self, given) =>
      Reflect.apply(process.getBuiltinModule('node:child_process').exec, self, given),
  },
);

/** For a source that runs git. */
export const spawn = ((...args: Parameters<typeof ChildProcess.spawn>) =>
  process.getBuiltinModule('node:child_process').spawn(...args)) as typeof ChildProcess.spawn;

// biome-ignore lint/style/noDefaultExport: as the module in whose place it is.
export default lazy;
