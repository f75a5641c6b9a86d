import { isRecord, jsonBody } from './api-fetch.ts';
import type { HubContext } from './hub-context.ts';
import { hubError } from './hub-error.ts';

/** Names of branches and tags, in the Hub's order. */
export async function listModelRevisions(
  context: HubContext,
  modelId: string,
  signal: AbortSignal | undefined,
): Promise<readonly string[]> {
  const subject = { modelId };
  const answer = await context.http.request(context.address.refs(modelId), {
    headers: { accept: 'application/json' },
    ...(signal === undefined ? {} : { signal }),
  });
  if (answer.status >= 400) throw await hubError(context, subject, answer);
  const refs = (await jsonBody(context, subject, answer, isRecord)) as Readonly<
    Record<string, unknown>
  >;
  return [refs['branches'], refs['tags']].flatMap((group) =>
    Array.isArray(group) ? group.map(nameOf).filter((name) => name !== undefined) : [],
  );
}

function nameOf(ref: unknown): string | undefined {
  const name = isRecord(ref) ? ref['name'] : undefined;
  return typeof name === 'string' ? name : undefined;
}
