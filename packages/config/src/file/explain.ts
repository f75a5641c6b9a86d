import { closest, distance } from 'fastest-levenshtein';
import type { FieldPath } from '../types.ts';
import type { JsonSchema, SchemaIssue } from './config-file.ts';
import type { ConfigDocument } from './document.ts';

const FAR = 3;

/** What a schema check found, as lines for a person: place, field, what is wrong, what is allowed. */
export function explain(
  issues: readonly SchemaIssue[],
  document: ConfigDocument,
  schema: JsonSchema,
): string[] {
  return issues.flatMap((issue) => {
    const path = issue.path.map((part) => (typeof part === 'symbol' ? String(part) : part));
    if (issue.code === 'unrecognized_keys') {
      const allowed = Object.keys(schemaAt(schema, path)?.properties ?? {});
      return (issue.keys ?? []).map(
        (key) =>
          `${document.placeOfKey(path, key)}: ${fieldName([...path, key])}: unknown field${didYouMean(key, allowed)}; allowed: ${allowed.join(', ')}`,
      );
    }
    return [`${document.place(path)}: ${fieldName(path)}: ${describe(issue)}`];
  });
}

/** `connections[0].token` */
export function fieldName(path: FieldPath): string {
  const name = path
    .map((part) => (typeof part === 'number' ? `[${part}]` : `.${part}`))
    .join('')
    .replace(/^\./, '');
  return name === '' ? 'the file' : name;
}

/** `; did you mean "token"?`, or nothing if no word is near. */
function didYouMean(word: string, allowed: readonly string[]): string {
  if (allowed.length === 0) return '';
  const lower = word.toLowerCase();
  const near = closest(
    lower,
    [...allowed].map((candidate) => candidate.toLowerCase()),
  );
  const found = allowed.find((candidate) => candidate.toLowerCase() === near) ?? '';
  return distance(lower, near) <= Math.min(FAR, Math.ceil(word.length / 2))
    ? `; did you mean "${found}"?`
    : '';
}

function describe(issue: SchemaIssue): string {
  switch (issue.code) {
    case 'invalid_type':
      return issue.input === undefined
        ? 'is required'
        : `must be ${typeName(issue.expected)}, not ${kindOf(issue.input)}`;
    case 'too_small':
      return issue.origin === 'string'
        ? 'must not be empty'
        : `must be at least ${String(issue.minimum)}`;
    case 'too_big':
      return `must be at most ${String(issue.maximum)}`;
    default:
      return issue.message;
  }
}

const TYPE_NAMES: Readonly<Record<string, string>> = {
  string: 'text',
  number: 'a number',
  int: 'a whole number',
  boolean: 'true or false',
  array: 'a list',
  object: 'a block of fields',
  record: 'a block of fields',
};

function typeName(expected: unknown): string {
  return TYPE_NAMES[String(expected)] ?? String(expected);
}

function kindOf(value: unknown): string {
  if (value === null) return 'empty';
  if (Array.isArray(value)) return 'a list';
  if (typeof value === 'number') return Number.isInteger(value) ? 'a number' : 'a fraction';
  return TYPE_NAMES[typeof value] ?? typeof value;
}

function schemaAt(schema: JsonSchema, path: FieldPath): JsonSchema | undefined {
  let found: JsonSchema | undefined = schema;
  for (const part of path) {
    found = typeof part === 'number' ? found?.items : found?.properties?.[part];
  }
  return found;
}
