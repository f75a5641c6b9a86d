import type { SelectOption } from '../../ui/select.tsx';

const GB = 1_000_000_000;
const DAY = 86_400_000;

/** By milliseconds. */
export const UNUSED_FOR: readonly SelectOption[] = [
  { id: String(600_000), name: 'in the last ten minutes' },
  { id: String(DAY), name: 'in the last day' },
  { id: String(7 * DAY), name: 'in the last week' },
  { id: String(30 * DAY), name: 'in the last month' },
  { id: String(91 * DAY), name: 'in the last three months' },
  { id: '0', name: 'at this very moment only' },
];

/** Bytes of a number of gigabytes as it was typed; undefined if it is none. */
export function gigabytesOf(text: string): number | undefined {
  const value = text.trim().replace(',', '.');
  return /^\d{1,9}(\.\d{0,9})?$/.test(value) ? Math.round(Number(value) * GB) : undefined;
}

/** As a person would type it; nothing where there is no number to begin with. */
export function gigabytesText(bytes: number | null): string {
  return bytes === null ? '' : String(Number((bytes / GB).toFixed(3)));
}
