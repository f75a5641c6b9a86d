/** An address that a link may lead to: anybody may have written it. Undefined for all but web pages. */
export function safeHref(text: string | undefined): string | undefined {
  if (text === undefined || !/^https?:\/\//i.test(text)) return undefined;
  return URL.canParse(text) ? text : undefined;
}
