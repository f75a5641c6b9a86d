const UNITS = ['', 'k', 'm', 'g', 't', 'p'];
/** As schemas know it, which have no flags. */
export const SIZE: RegExp = /^ *(\d+(?:\.\d+)?) *(?:([kKmMgGtTpP])(i?))?[bB]? *$/;

export const SIZE_FORMS = 'bytes, or a size like 500GB, 1.5TB or 512GiB';

/** Bytes of a size as people write it: `500GB` (powers of 1000), `512GiB` (of 1024), `1000`. Undefined if it is none. */
export function parseBytes(text: string): number | undefined {
  const [, number = '', unit = '', binary = ''] = SIZE.exec(text) ?? [];
  if (number === '') return undefined;
  const bytes = Number(number) * (binary === '' ? 1000 : 1024) ** UNITS.indexOf(unit.toLowerCase());
  return Number.isSafeInteger(Math.round(bytes)) ? Math.round(bytes) : undefined;
}
