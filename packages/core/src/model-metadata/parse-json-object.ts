import { archiveInvalid } from '../spi/archive-error.ts';

/** Deeper nesting would exhaust the stack of whoever writes it again. */
const DEEPEST = 64;
const BYTE_ORDER_MARK = 0xfeff;

function invalid(member: string, problem: string, remedy: string, cause?: unknown): Error {
  return archiveInvalid({ reason: 'bad-json', member, problem, remedy, cause });
}

/** Keys that stand twice in one object: two readers would see two different files. */
function checkText(text: string, member: string): void {
  const open: (Set<string> | undefined)[] = [];
  const tokens = /"[^"\\]*(?:\\.[^"\\]*)*"(?=\s*(:?))|[{}[\]]/gs;
  for (const { 0: token, 1: colon } of text.matchAll(tokens)) {
    if (token === '{' || token === '[') {
      open.push(token === '{' ? new Set() : undefined);
      if (open.length > DEEPEST) {
        throw invalid(member, `is nested deeper than ${DEEPEST} levels`, 'Make the file flatter.');
      }
    } else if (token === '}' || token === ']') {
      open.pop();
    } else if (colon === ':') {
      const key: unknown = JSON.parse(token);
      const keys = open.at(-1);
      if (keys?.has(String(key)) === true) {
        throw invalid(member, `has the key ${token} twice`, 'Remove one of them.');
      }
      keys?.add(String(key));
    }
  }
}

/** Reads a JSON file that comes from outside and must hold an object. A byte order mark, as some editors write it, is ignored. */
export function parseJsonObject(text: string, member: string): Readonly<Record<string, unknown>> {
  let value: unknown;
  const bare = text.charCodeAt(0) === BYTE_ORDER_MARK ? text.slice(1) : text;
  try {
    value = JSON.parse(bare);
  } catch (cause) {
    throw invalid(
      member,
      `is not JSON (${(cause as Error).message})`,
      'Correct the file, or export the model again.',
      cause,
    );
  }
  checkText(bare, member);
  if (typeof value !== 'object' || value === null || Array.isArray(value)) {
    throw invalid(member, 'is not a JSON object', 'Correct the file, or export the model again.');
  }
  return value as Readonly<Record<string, unknown>>;
}
