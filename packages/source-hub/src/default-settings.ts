import { readFileSync } from 'node:fs';
import { homedir } from 'node:os';
import { join } from 'node:path';
import { ModelkeepError } from '@modelkeep/core/spi';

const PUBLIC_HUB = 'https://huggingface.co';

type Env = Readonly<Record<string, string | undefined>>;

/** The endpoint that Hugging Face's own clients would use. */
export function defaultEndpoint(env: Env = process.env): string {
  return env['HF_ENDPOINT'] || PUBLIC_HUB;
}

/** The token that Hugging Face's own clients would use: `HF_TOKEN`, else the file that `hf auth login` wrote. */
export function defaultToken(env: Env = process.env): string | undefined {
  if (/^(1|on|yes|true)$/i.test(env['HF_HUB_DISABLE_IMPLICIT_TOKEN'] ?? '')) return undefined;
  const named = env['HF_TOKEN']?.trim();
  if (named) return named;
  const file = env['HF_TOKEN_PATH'] || join(hubHome(env), 'token');
  try {
    return readFileSync(file, 'utf8').trim() || undefined;
  } catch (cause) {
    const { code } = cause as NodeJS.ErrnoException;
    if (code === 'ENOENT' || code === 'ENOTDIR') return undefined;
    throw new ModelkeepError(
      'config-invalid',
      `the access token file ${file} cannot be read; set HF_TOKEN, or HF_TOKEN_PATH to another file`,
      { cause },
    );
  }
}

function hubHome(env: Env): string {
  if (env['HF_HOME']) return env['HF_HOME'];
  return join(env['XDG_CACHE_HOME'] || join(homedir(), '.cache'), 'huggingface');
}
