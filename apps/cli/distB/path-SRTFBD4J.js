import { createRequire as nodeRequire } from 'node:module'; const require = nodeRequire(import.meta.url);
import"./chunk-KC4UG3AS.js";async function path(context,args){let[name=""]=args,folder=await(await context.cache()).getModelFromCache(name,{signal:context.signal});context.json?context.printJson({path:folder}):context.print(folder)}export{path};
//# sourceMappingURL=path-SRTFBD4J.js.map