import { readFileSync } from 'node:fs';
import { resolve } from 'node:path';
import { REFERENCE_FORMS } from '../reference-forms.ts';
import type { Environment, FieldPath } from '../types.ts';

const REFERENCE = /^\$\{(env|file):([^}]+)\}$/;
const VISIBLE_ASCII = /^[\x21-\x7e]+$/;

export interface ReferenceContext {
  readonly env: Environment;
  /** What a relative path is relative to. */
  readonly folder: string;
}

export type Report = (path: FieldPath, problem: string) => void;

/** Either the value, or what is wrong; the problem never repeats a value. */
export type Resolved = { readonly value: string } | { readonly problem: string };

export function isReference(text: string): boolean {
  return REFERENCE.test(text);
}

/** The value that `${env:NAME}` or `${file:PATH}` stands for. */
export function resolveReference(text: string, context: ReferenceContext): Resolved {
  const [, kind, target = ''] = REFERENCE.exec(text) ?? [];
  if (kind === undefined) {
    return { problem: `must be ${REFERENCE_FORMS}` };
  }
  const found =
    kind === 'env' ? fromEnvironment(target, context) : fromFile(resolve(context.folder, target));
  if ('problem' in found) return found;
  const value = found.value.trim();
  const name = kind === 'env' ? `the environment variable ${target}` : `the file ${target}`;
  if (value === '') return { problem: `${name} is empty` };
  if (!VISIBLE_ASCII.test(value)) {
    return { problem: `${name} must hold one line of visible ASCII characters` };
  }
  return { value };
}

/** The value of a secret, which only a reference may give; nothing after a report. */
export function referred(
  text: string,
  path: FieldPath,
  context: ReferenceContext,
  report: Report,
): string {
  const found = resolveReference(text, context);
  if ('value' in found) return found.value;
  report(path, found.problem);
  return '';
}

/** What is written, or what it refers to; nothing after a report. */
export function writtenOrReferred<Text extends string | undefined>(
  text: Text,
  path: FieldPath,
  context: ReferenceContext,
  report: Report,
): Text | string {
  return text !== undefined && isReference(text) ? referred(text, path, context, report) : text;
}

function fromEnvironment(name: string, context: ReferenceContext): Resolved {
  const value = context.env[name];
  return value === undefined
    ? { problem: `the environment variable ${name} is not set` }
    : { value };
}

function fromFile(path: string): Resolved {
  try {
    return { value: readFileSync(path, 'utf8') };
  } catch (error) {
    return { problem: `the file ${path} cannot be read (${errorCode(error)})` };
  }
}

function errorCode(error: unknown): string {
  return (error as NodeJS.ErrnoException).code ?? 'unknown reason';
}
