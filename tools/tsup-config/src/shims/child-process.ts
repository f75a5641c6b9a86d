import type * as ChildProcess from 'node:child_process';

/** `node:child_process`, loaded when it is used: commander imports it to start programs, which nobody does here. */
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

// biome-ignore lint/style/noDefaultExport: as the module in whose place it is.
export default lazy;
