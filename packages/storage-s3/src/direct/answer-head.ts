/** What is known of an answer before its body. */
export interface AnswerHead {
  readonly status: number;
  /** Names in lower case; repeated ones are joined by a comma. */
  readonly headers: Readonly<Record<string, string>>;
  /** Bytes of the body; undefined for an answer that is not plain: its `Content-Length` does not tell, or a field is broken. */
  readonly length: number | undefined;
  /** Whether the connection is good for another request afterwards. */
  readonly keepAlive: boolean;
}

const STATUS = /^HTTP\/1\.([01]) ([2-5]\d\d)(?: [\t\x20-\x7e\x80-\xff]*)?$/;
const FIELD = /^([!#$%&'*+.^_`|~0-9A-Za-z-]+):[\t ]*([\t\x20-\x7e\x80-\xff]*)$/;

/** Reads the head of an answer to a GET (RFC 9112), without its empty line. Undefined for what is no answer. */
export function parseAnswerHead(text: string): AnswerHead | undefined {
  const [first = '', ...lines] = text.split('\r\n');
  const [, minor, code] = STATUS.exec(first) ?? [];
  if (code === undefined) return undefined;
  const headers = parseFields(lines);
  const length = headers?.get('content-length') ?? '';
  const isPlain = headers?.has('transfer-encoding') === false && /^\d{1,15}$/.test(length);
  return {
    status: Number(code),
    headers: Object.fromEntries(headers ?? []),
    length: isPlain ? Number(length) : undefined,
    keepAlive: isPlain && minor === '1' && !/\bclose\b/i.test(headers.get('connection') ?? ''),
  };
}

function parseFields(lines: readonly string[]): ReadonlyMap<string, string> | undefined {
  const fields = new Map<string, string>();
  for (const line of lines) {
    const [, name, value] = FIELD.exec(line) ?? [];
    if (name === undefined || value === undefined) return undefined;
    const key = name.toLowerCase();
    const before = fields.get(key);
    fields.set(key, before === undefined ? value.trimEnd() : `${before}, ${value.trimEnd()}`);
  }
  return fields;
}
