import { createHash } from 'node:crypto';
import { isDeviceName } from './path-policy.ts';

/** Longest root folder name; leaves room for the format's ending within 255 bytes. */
const LONGEST = 200;

function escapeBytes(character: string): string {
  return [...Buffer.from(character)]
    .map((byte) => `_${byte.toString(16).padStart(2, '0')}`)
    .join('');
}

/** `_` itself is escaped only where it would read as an escape; in a model id only these can be meant. */
const IN_MODEL_ID = /_(?=2f|40|5f)|[^A-Za-z0-9._-]/g;
const IN_REVISION = /_(?=[0-9a-f]{2})|[^A-Za-z0-9._-]|\.$/g;

/**
 * The name of a model's root folder in an archive, and of the archive without its ending: the key without `hf@`, each
 * character that some file system refuses as `_` and two hexadecimal digits (`/` as `_2f`). No two keys share one.
 */
export function archiveBaseName(key: string): string {
  const [modelId = '', ...revision] = key.replace(/^hf@/, '').split(/(?=@)/);
  const name =
    modelId.replace(IN_MODEL_ID, escapeBytes) + revision.join('').replace(IN_REVISION, escapeBytes);
  const safe = isDeviceName(name) ? `${escapeBytes(name.charAt(0))}${name.slice(1)}` : name;
  if (safe.length <= LONGEST) return safe;
  const digest = createHash('sha256').update(key).digest('hex').slice(0, 16);
  return `${safe.slice(0, LONGEST - digest.length - 1)}_${digest}`;
}
