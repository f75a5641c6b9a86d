const LONGEST = 1_000;

/** Text as it may stand in a header: visible ASCII in one line, cut at 1,000 characters. */
export function asciiHeader(text: string): string {
  const line = text
    .replace(/[^\x20-\x7e]+/gu, (found) => (/^\s+$/u.test(found) ? ' ' : '?'))
    .trim();
  return line.length > LONGEST ? `${line.slice(0, LONGEST - 3)}...` : line;
}
