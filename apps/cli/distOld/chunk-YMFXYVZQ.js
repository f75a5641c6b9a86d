import { createRequire as nodeRequire } from 'node:module'; const require = nodeRequire(import.meta.url);
var CONTROL=/[\u0000-\u001f\u007f-\u009f\u2028\u2029\u202a-\u202e\u2066-\u2069]/g;function printable(text){return text.replace(CONTROL,character=>`\\u${character.charCodeAt(0).toString(16).padStart(4,"0")}`)}export{printable};
//# sourceMappingURL=chunk-YMFXYVZQ.js.map