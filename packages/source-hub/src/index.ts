export { type HubSourceOptions, hubSource } from './hub-source.ts';
