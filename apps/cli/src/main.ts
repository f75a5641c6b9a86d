#!/usr/bin/env node
// The pool reads this at its first use, which is after this line: fsync, stat and hashing run side by side.
process.env['UV_THREADPOOL_SIZE'] ??= '16';
// What libraries should do otherwise tells their users nothing.
if (process.env['MODELKEEP_DEBUG'] !== '1') process.noDeprecation = true;
process.getBuiltinModule('node:module').enableCompileCache();

const { main } = await import('./process-host.ts');
await main();
