export { type ZipOptions, zipArchives } from './zip-archives.ts';
