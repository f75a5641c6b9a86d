interface ShownProblem {
  readonly subject: string;
  readonly message: string;
  /** Whether it is there still. */
  readonly isOpen: boolean;
}

const KINDS: Readonly<Record<string, string>> = {
  'blob-missing': 'Its content is missing',
  'blob-damaged': 'Its content is damaged',
  'blob-unknown': 'A content that the index does not know',
  'checkout-broken': 'It was changed in the folder',
  'manifest-missing': 'The list of its files is missing',
  'receipt-changed': 'It was touched since it was proved',
};

/** What a check found, or what could not be deleted, out of the result of a job. */
export function readProblems(result: unknown): readonly ShownProblem[] {
  const { problems, failed } = (result ?? {}) as { problems?: unknown; failed?: unknown };
  return [...recordsOf(problems).map(toProblem), ...recordsOf(failed).map(toFailure)];
}

function toProblem(problem: Readonly<Record<string, unknown>>): ShownProblem {
  const isRepaired = problem['repaired'] === true;
  const kind = String(problem['kind']);
  const what = KINDS[kind] ?? kind;
  const why = textOf(problem['reason']);
  return {
    subject: [textOf(problem['modelId']), textOf(problem['path'])].filter(Boolean).join(' · '),
    message: isRepaired ? `${what}: repaired` : why === '' ? what : `${what}. Not repaired: ${why}`,
    isOpen: !isRepaired,
  };
}

function toFailure(failure: Readonly<Record<string, unknown>>): ShownProblem {
  return { subject: textOf(failure['key']), message: textOf(failure['message']), isOpen: true };
}

function textOf(value: unknown): string {
  return typeof value === 'string' ? value : '';
}

function recordsOf(value: unknown): readonly Readonly<Record<string, unknown>>[] {
  return Array.isArray(value)
    ? value.filter(
        (item): item is Record<string, unknown> => typeof item === 'object' && item !== null,
      )
    : [];
}
