const NAME = /^[A-Za-z0-9_][A-Za-z0-9._-]{0,95}$/;

/** Whether a segment may be part of a model's id. */
export function isModelName(text: string): boolean {
  return NAME.test(text) && !text.includes('..') && !text.includes('--') && !/[.-]$/.test(text);
}
