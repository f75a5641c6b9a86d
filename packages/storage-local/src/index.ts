export { type LocalStorage, type LocalStorageOptions, localStorage } from './local-storage.ts';
