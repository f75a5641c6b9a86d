import { ModelkeepError } from './errors.ts';

const LONGEST_NAME = 160;

/** A name from outside, in quotes, made safe to show: control, bidirectional and invisible characters are escaped, a long name is cut. */
export function quoteName(name: string): string {
  const cut = name.length > LONGEST_NAME ? `${name.slice(0, LONGEST_NAME)}…` : name;
  return JSON.stringify(cut).replace(
    /[\u007f-\u009f\u00ad\u200b-\u200f\u2028-\u202f\u2060-\u206f\ufeff\ufff9-\uffff]/g,
    (character) => `\\u${character.charCodeAt(0).toString(16).padStart(4, '0')}`,
  );
}

export interface ArchiveProblem {
  /** Which check failed, in kebab case: `bad-checksum`. For programs; also in `details.reason`. */
  readonly reason: string;
  /** The member it was found at, as the archive names it. Default: the archive as a whole. */
  readonly member?: string;
  /** What is wrong; a predicate, completed to "archive member "x" …" or "the archive …": `has a bad checksum`. */
  readonly problem: string;
  /** What to do, as a sentence. Default: to copy or export the archive again. */
  readonly remedy?: string;
  readonly cause?: unknown;
  /** More facts for a program. */
  readonly details?: Readonly<Record<string, unknown>>;
}

/** The error of an archive that cannot be taken: `archive-invalid`, naming the member, the reason and what to do. */
export function archiveInvalid(problem: ArchiveProblem): ModelkeepError {
  const subject =
    problem.member === undefined ? 'the archive' : `archive member ${quoteName(problem.member)}`;
  const remedy =
    problem.remedy ?? 'The archive is damaged or was altered: copy it again, or make it anew.';
  return new ModelkeepError('archive-invalid', `${subject} ${problem.problem}. ${remedy}`, {
    ...(problem.cause === undefined ? {} : { cause: problem.cause }),
    details: {
      ...problem.details,
      reason: problem.reason,
      ...(problem.member === undefined ? {} : { member: problem.member }),
    },
  });
}
