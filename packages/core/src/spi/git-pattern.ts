/** Where the class that opens at `at` closes, or -1. */
function classEnd(pattern: string, at: number): number {
  const first = pattern[at + 1] === '!' || pattern[at + 1] === '^' ? at + 3 : at + 2;
  return pattern.indexOf(']', first);
}

function inClass(body: string, character: string): boolean {
  const negated = body.startsWith('!') || body.startsWith('^');
  const members = negated ? body.slice(1) : body;
  let found = false;
  for (let at = 0; at < members.length; at++) {
    const low = members.charAt(at);
    const isRange = members[at + 1] === '-' && at + 2 < members.length;
    const high = isRange ? members.charAt(at + 2) : low;
    if (isRange) at += 2;
    if (character >= low && character <= high) found = true;
  }
  return found !== negated;
}

/** Matches one pattern character (or class, or escape) against `character`; how far the pattern moves on, or 0. */
function step(pattern: string, at: number, character: string): number {
  const token = pattern[at];
  if (token === '?') return 1;
  if (token === '[') {
    const end = classEnd(pattern, at);
    if (end !== -1) return inClass(pattern.slice(at + 1, end), character) ? end - at + 1 : 0;
  }
  if (token === '\\' && at + 1 < pattern.length) return pattern[at + 1] === character ? 2 : 0;
  return token === character ? 1 : 0;
}

/** One path segment against one pattern segment. On a mismatch only the last `*` is widened, so time is bounded by the product of the lengths. */
function matchesSegment(pattern: string, text: string): boolean {
  let patternAt = 0;
  let textAt = 0;
  let star = -1;
  let starText = 0;
  while (textAt < text.length) {
    if (pattern[patternAt] === '*') {
      star = patternAt++;
      starText = textAt;
      continue;
    }
    const moved = patternAt < pattern.length ? step(pattern, patternAt, text.charAt(textAt)) : 0;
    if (moved > 0) {
      patternAt += moved;
      textAt += 1;
    } else if (star === -1) {
      return false;
    } else {
      patternAt = star + 1;
      textAt = ++starText;
    }
  }
  while (pattern[patternAt] === '*') patternAt += 1;
  return patternAt === pattern.length;
}

/** Segments against segments, `**` standing for any number of them; the same bounded way. */
function matchesSegments(patterns: readonly string[], segments: readonly string[]): boolean {
  let patternAt = 0;
  let at = 0;
  let star = -1;
  let starAt = 0;
  while (at < segments.length) {
    const pattern = patterns[patternAt];
    if (pattern === '**') {
      star = patternAt++;
      starAt = at;
    } else if (pattern !== undefined && matchesSegment(pattern, segments[at] ?? '')) {
      patternAt += 1;
      at += 1;
    } else if (star === -1) {
      return false;
    } else {
      patternAt = star + 1;
      at = ++starAt;
    }
  }
  while (patterns[patternAt] === '**') patternAt += 1;
  return patternAt === patterns.length;
}

/**
 * Whether `path` matches a pattern of `.gitattributes`. Own code, since the pattern comes from an archive and the
 * libraries for it build regular expressions that a hostile pattern can make run for ever.
 */
export function matchesGitPattern(pattern: string, path: string): boolean {
  const segments = path.split('/');
  if (!pattern.includes('/')) return matchesSegment(pattern, segments.at(-1) ?? '');
  // A pattern that ends in a slash names a folder, and attributes are of files.
  if (pattern.endsWith('/')) return false;
  const patterns = pattern.replace(/^\//, '').split('/');
  const matched = matchesSegments(patterns, segments);
  // `a/**` is what lies in `a`, not `a` itself.
  return matched && !(patterns.at(-1) === '**' && segments.length < patterns.length);
}
