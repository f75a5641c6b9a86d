import { configInvalid } from './config-error.ts';
import type { ConnectionConfig, Environment } from './types.ts';
import { checkEndpoint } from './urls.ts';

const DEFAULT_CONNECTION = 'huggingface';
export const DEFAULT_ENDPOINT = 'https://huggingface.co';
const TRUE_WORDS = new Set(['1', 'on', 'yes', 'true']);

/** Whether `HF_HUB_OFFLINE` asks for no network, by the same words as huggingface_hub. */
export function isOffline(env: Environment): boolean {
  return TRUE_WORDS.has((env['HF_HUB_OFFLINE'] ?? '').trim().toLowerCase());
}

/** The one connection of a set-up that names none: the Hub, as `HF_ENDPOINT` and `HF_TOKEN` say. */
export function defaultConnection(env: Environment): ConnectionConfig {
  const endpoint = (env['HF_ENDPOINT'] || DEFAULT_ENDPOINT).replace(/\/+$/, '');
  const problem = checkEndpoint(endpoint);
  if (problem !== undefined) throw configInvalid([`HF_ENDPOINT: ${problem}`]);
  const token = env['HF_TOKEN']?.trim();
  return {
    name: DEFAULT_CONNECTION,
    type: 'hub',
    endpoint,
    ...(token ? { token: (): string => token } : {}),
    models: ['**'],
    populateOnUse: true,
    fromEnvironment: true,
  };
}
