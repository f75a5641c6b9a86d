import type { JsonValue } from '@modelkeep/core/spi';

type Fields = Readonly<Record<string, JsonValue>>;

/** The fields of a stored document; none if it is no object. */
export function asFields(value: JsonValue): Fields {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
    ? (value as Fields)
    : {};
}

export function asText(value: JsonValue | undefined): string | undefined {
  return typeof value === 'string' ? value : undefined;
}

export function asNumber(value: JsonValue | undefined): number | undefined {
  return typeof value === 'number' ? value : undefined;
}
