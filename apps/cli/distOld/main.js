#!/usr/bin/env node
import { createRequire as nodeRequire } from 'node:module'; const require = nodeRequire(import.meta.url);
import{enableCompileCache}from"module";process.env.UV_THREADPOOL_SIZE??="16";enableCompileCache();var{main}=await import("./process-host-QTZWVXPE.js");await main();
//# sourceMappingURL=main.js.map