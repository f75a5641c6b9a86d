import { createRequire as nodeRequire } from 'node:module'; const require = nodeRequire(import.meta.url);
import{require_agent}from"./chunk-4AUT5WO4.js";import"./chunk-KC4UG3AS.js";export default require_agent();
//# sourceMappingURL=agent-36NTOKZH.js.map