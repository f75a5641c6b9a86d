const UNITS: Readonly<Record<string, number>> = { '': 0, k: 1, m: 2, g: 3, t: 4, p: 5 };
const SIZE = /^(\d+(?:\.\d+)?)\s*([kmgtp]?)(i?)b$/i;

/** Bytes of `200 GB` (powers of 1000) or `200 GiB` (powers of 1024); undefined for what is no size. */
export function parseSize(text: string): number | undefined {
  const [, number, unit = '', binary] = SIZE.exec(text.trim()) ?? [];
  if (number === undefined) return undefined;
  const base = binary === '' ? 1000 : 1024;
  const bytes = Math.floor(Number(number) * base ** (UNITS[unit.toLowerCase()] ?? 0));
  return Number.isSafeInteger(bytes) && bytes > 0 ? bytes : undefined;
}
