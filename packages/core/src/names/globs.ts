function escapeCharacter(character: string): string {
  return character.replace(/[\\^$.*+?()[\]{}|/-]/g, '\\$&');
}

function characterClass(
  pattern: string,
  start: number,
): { readonly source: string; readonly next: number } | undefined {
  const close = pattern.indexOf(']', start + (pattern[start + 1] === '!' ? 3 : 2));
  if (close < 0) return undefined;
  const negated = pattern[start + 1] === '!';
  const body = pattern.slice(start + (negated ? 2 : 1), close).replace(/[\\\]^]/g, '\\$&');
  return { source: `[${negated ? '^' : ''}${body}]`, next: close + 1 };
}

function translate(pattern: string, star: (double: boolean) => string): string {
  let source = '';
  let index = 0;
  while (index < pattern.length) {
    const character = pattern.charAt(index);
    if (character === '*') {
      let end = index;
      while (pattern[end] === '*') end += 1;
      source += star(end - index > 1);
      index = end;
    } else if (character === '?') {
      source += '[^]';
      index += 1;
    } else if (character === '[') {
      const parsed = characterClass(pattern, index);
      source += parsed?.source ?? '\\[';
      index = parsed?.next ?? index + 1;
    } else {
      source += escapeCharacter(character);
      index += 1;
    }
  }
  return source;
}

/** File patterns as huggingface_hub has them (Python's fnmatch): `*` crosses `/`, and a pattern that ends in `/` takes the whole folder. */
export function fileFilter(
  include: readonly string[] | undefined,
  exclude: readonly string[] | undefined,
): (path: string) => boolean {
  const compile = (patterns: readonly string[] | undefined): RegExp[] | undefined =>
    patterns?.map(
      (pattern) =>
        new RegExp(`^${translate(pattern.endsWith('/') ? `${pattern}*` : pattern, () => '[^]*')}$`),
    );
  const included = compile(include);
  const excluded = compile(exclude);
  return (path) =>
    (included === undefined || included.some((re) => re.test(path))) &&
    !(excluded?.some((re) => re.test(path)) ?? false);
}

/** Patterns over model ids: `*` stays within a part of the id, `**` crosses; case is ignored, as the Hub's names are unique without it. */
export function modelFilter(patterns: readonly string[] | undefined): (modelId: string) => boolean {
  const compiled = patterns?.map(
    (pattern) =>
      new RegExp(`^${translate(pattern, (double) => (double ? '[^]*' : '[^/]*'))}$`, 'i'),
  );
  return (modelId) => compiled === undefined || compiled.some((re) => re.test(modelId));
}
