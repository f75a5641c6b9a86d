import { createRequire as nodeRequire } from 'node:module'; const require = nodeRequire(import.meta.url);
import{require_dist}from"./chunk-VXIGBYG5.js";import"./chunk-KC4UG3AS.js";export default require_dist();
//# sourceMappingURL=dist-EQBL75KL.js.map