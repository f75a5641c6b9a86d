export { tarArchives } from './tar-archives.ts';
