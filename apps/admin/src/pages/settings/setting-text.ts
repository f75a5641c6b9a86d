import { formatBytes } from '../../format/bytes.ts';
import { formatDuration } from '../../format/time.ts';

/** `stopGraceMs` as `Stop grace`. */
export function settingName(name: string): string {
  const words = name
    .replace(/(Ms|Bytes)$/, '')
    .replace(/([a-z])([A-Z])/g, '$1 $2')
    .toLowerCase();
  return words.charAt(0).toUpperCase() + words.slice(1);
}

/** The value for people; the end of the name tells the unit. */
export function settingText(name: string, value: unknown): string {
  if (value === undefined || value === null || value === '') return 'not set';
  if (typeof value === 'boolean') return value ? 'yes' : 'no';
  if (typeof value === 'number' && name.endsWith('Ms')) return formatDuration(value / 1000);
  if (typeof value === 'number' && name.endsWith('Bytes')) return formatBytes(value);
  if (Array.isArray(value)) return value.length === 0 ? 'none' : value.map(nameOf).join(', ');
  return typeof value === 'object' ? JSON.stringify(value) : String(value);
}

/** Of a block its name: what else is in it has a page of its own. */
function nameOf(value: unknown): string {
  const isNamed = typeof value === 'object' && value !== null && 'name' in value;
  return String(isNamed ? value.name : value);
}
