import { createRequire as nodeRequire } from 'node:module'; const require = nodeRequire(import.meta.url);
import{setTimeout as sleep}from"timers/promises";async function delay(ms,signal){signal?.throwIfAborted();try{await sleep(ms,void 0,signal===void 0?{}:{signal})}catch(error){throw signal?.throwIfAborted(),error}}export{delay};
//# sourceMappingURL=chunk-N64X6UB5.js.map