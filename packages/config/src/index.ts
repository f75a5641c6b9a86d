export { parseBytes, SIZE_FORMS } from './bytes.ts';
export { defaultHome } from './default-home.ts';
export { loadConfig } from './load-config.ts';
export {
  type OpenConfiguredOptions,
  openArchives,
  openConfigured,
  workspaceOf,
} from './open/open-configured.ts';
export type {
  ConnectionConfig,
  Environment,
  FieldPath,
  LoadConfigOptions,
  MetadataConfig,
  ModelkeepConfig,
  S3Config,
  ServerConfig,
  StorageConfig,
} from './types.ts';
