import type { Job } from '../api/types.ts';
import { formatBytes } from '../format/bytes.ts';
import { formatCount } from '../format/count.ts';

/** What came of a job, in a line. Results are as their kind's work gives them. */
export function resultLine({ kind, state, error, result, parameters }: Job): string {
  if (error !== null) return error.message;
  if (state === 'cancelled') return 'Cancelled. What was fetched stays for the next try.';
  if (state === 'interrupted') return 'The server ended before the job did. Start it again.';
  if (state !== 'done') return '';
  const facts = isRecord(result) ? result : {};
  const bytes = (name: string): string => formatBytes(numberOf(facts[name]));
  switch (kind) {
    case 'pull':
      return numberOf(facts['fetchedBytes']) === 0
        ? 'Everything was here already.'
        : `${bytes('fetchedBytes')} fetched in ${formatCount(numberOf(facts['fetchedFiles']), 'file')}.`;
    case 'import':
      return `${textOf(facts['modelId'])}: ${bytes('addedBytes')} added in ${formatCount(numberOf(facts['addedFiles']), 'file')}.`;
    case 'delete':
      return deleteLine(facts);
    case 'verify':
      return verifyLine(facts);
    case 'gc':
      return `${formatBytes(bytesOf(facts['blobs']) + bytesOf(facts['partials']))} ${parameters['dryRun'] === true ? 'would be freed' : 'freed'}.`;
    case 'evict':
      return evictLine(facts);
    case 'preflight':
      return facts['importable'] === true ? 'It can be imported.' : 'It cannot be imported.';
  }
}

function deleteLine(facts: Readonly<Record<string, unknown>>): string {
  const removed = listOf(facts['removed']).length;
  const failed = listOf(facts['failed']).length;
  const line = `${formatCount(removed, 'model')} deleted, ${formatBytes(numberOf(facts['freedBytes']))} freed.`;
  return failed === 0 ? line : `${line} ${formatCount(failed, 'model')} could not be deleted.`;
}

function evictLine(facts: Readonly<Record<string, unknown>>): string {
  const evicted = listOf(facts['choices']).filter(
    (choice) => isRecord(choice) && choice['evicted'] === true,
  ).length;
  const [goes, free] =
    facts['dryRun'] === true ? ['would go', 'would be freed'] : ['removed', 'freed'];
  return `${formatCount(evicted, 'model')} ${goes}, ${formatBytes(numberOf(facts['freedBytes']))} ${free}.`;
}

function verifyLine(facts: Readonly<Record<string, unknown>>): string {
  const problems = listOf(facts['problems']).filter(
    (problem) => !(isRecord(problem) && problem['repaired'] === true),
  ).length;
  const repaired = listOf(facts['problems']).length - problems;
  const checked = `${formatCount(numberOf(facts['checkedFiles']), 'file')} checked (${formatBytes(numberOf(facts['checkedBytes']))})`;
  const mended = repaired === 0 ? '' : `, ${formatCount(repaired, 'problem')} repaired`;
  return `${checked}${mended}: ${problems === 0 ? 'all is well' : formatCount(problems, 'problem')}.`;
}

function isRecord(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null;
}

function numberOf(value: unknown): number {
  return typeof value === 'number' ? value : 0;
}

function bytesOf(value: unknown): number {
  return isRecord(value) ? numberOf(value['bytes']) : 0;
}

function textOf(value: unknown): string {
  return typeof value === 'string' ? value : '';
}

function listOf(value: unknown): readonly unknown[] {
  return Array.isArray(value) ? value : [];
}
