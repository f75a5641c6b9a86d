import type * as ChildProcess from 'node:child_process';

/** `node:child_process`, loaded when it is used: commander imports it to start programs, which nobody does here. */
const lazy: Partial<typeof ChildProcess> = new Proxy(
  {},
  { get: (_, key) => Reflect.get(process.getBuiltinModule('node:child_process'), key) },
);

// biome-ignore lint/style/noDefaultExport: as the module in whose place it is.
export default lazy;
