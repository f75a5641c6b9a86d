const CALL = /\brequires\(([^)]*)\)/g;
const LITERALS = /^\s*(?:'[^']*'\s*,\s*)*(?:'[^']*')?\s*,?\s*$/;

/**
 * The components that a suite's source names in `requires(...)`, without running it.
 *
 * @throws Error where an argument is no string literal.
 */
export function readRequires(source: string): readonly string[] {
  const names = new Set<string>();
  for (const [call, list = ''] of source.matchAll(CALL)) {
    if (!LITERALS.test(list)) throw new Error(`${call}: the arguments must be single-quoted names`);
    for (const [, name = ''] of list.matchAll(/'([^']*)'/g)) names.add(name);
  }
  return [...names];
}
