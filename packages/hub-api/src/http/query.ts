/** Whether a flag is set: `true`, `True`, `1`. */
export function flag(query: URLSearchParams, name: string): boolean {
  return /^(true|1)$/i.test(query.get(name) ?? '');
}

/** Values of a repeated parameter, in either form: `expand=a&expand=b`, `expand[]=a`. */
export function list(query: URLSearchParams, name: string): string[] {
  return [...query.getAll(name), ...query.getAll(`${name}[]`)];
}

/** A whole number from `least` to `most`; `most` if the parameter is absent or is none. */
export function limit(query: URLSearchParams, name: string, least: number, most: number): number {
  const value = Number(query.get(name) ?? most);
  return Number.isFinite(value) && value >= least ? Math.min(Math.floor(value), most) : most;
}
