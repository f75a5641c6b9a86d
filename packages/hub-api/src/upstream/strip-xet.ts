const XET_KEY = /^xet[A-Z_]/;

/** A copy of a JSON value without any field that leads clients to Xet. Shares what has none. */
export function withoutXet(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(withoutXet);
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(
    Object.entries(value)
      .filter(([key]) => !XET_KEY.test(key))
      .map(([key, inner]) => [key, withoutXet(inner)]),
  );
}
