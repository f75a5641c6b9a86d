#!/usr/bin/env node
// The pool reads this at its first use, which is after this line: fsync, stat and hashing run side by side.
process.env['UV_THREADPOOL_SIZE'] ??= '16';
process.getBuiltinModule('node:module').enableCompileCache();

const { main } = await import('./process-host.ts');
await main();
