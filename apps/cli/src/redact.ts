const RULES: readonly (readonly [RegExp, string])[] = [
  [/\bhf_[A-Za-z0-9]{6,}/g, 'hf_***'],
  [/\b(Bearer|Basic)\s+[A-Za-z0-9._~+/=-]{6,}/gi, '$1 ***'],
  [/(https?:\/\/)[^\s/?#@'"]+@/gi, '$1***@'],
  // The query of a signed URL is its key.
  [/(https?:\/\/[^\s?#'"<>)]+)\?[^\s'"<>)]*/gi, '$1?***'],
];

/** The text without tokens, passwords and signatures. */
export function redact(text: string): string {
  return RULES.reduce((result, [pattern, by]) => result.replace(pattern, by), text);
}
