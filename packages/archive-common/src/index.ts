export { abortable, orAborted, release } from './abortable.ts';
export { Budget } from './budget.ts';
export { checkPathLength } from './check-path-length.ts';
export { coalesce } from './coalesce.ts';
export { FIXED_TIME } from './fixed-time.ts';
export { memberContent } from './member-content.ts';
export { newFolders } from './new-folders.ts';
export { toStream } from './to-stream.ts';
