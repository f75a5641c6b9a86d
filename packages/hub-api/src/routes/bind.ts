import type { ServedRevision } from '@modelkeep/core';
import { isModelkeepError } from '@modelkeep/core/spi';
import type { Call } from '../call.ts';
import { revisionNotFound } from '../http/refusal.ts';
import { type Location, locate, locateByName } from '../routing/locate.ts';

/** Does `ask` at the location that the request's `revision/path` means. */
export async function atLocation<T>(
  call: Call,
  ask: (location: Location) => Promise<T>,
): Promise<T> {
  const { rest } = call.address;
  const first = locate(rest);
  try {
    return await ask(first);
  } catch (error) {
    if (isModelkeepError(error, 'invalid-argument')) throw revisionNotFound(first.revision);
    if (!isModelkeepError(error, 'revision-not-found') || rest.length < 2) throw error;
    const other = locateByName(rest, await revisionNames(call));
    if (other === undefined) throw error;
    return ask(other);
  }
}

/** The revision that the request names, and the path in it. */
export function boundRevision(
  call: Call,
): Promise<{ readonly served: ServedRevision; readonly location: Location }> {
  return atLocation(call, async (location) => ({
    served: await call.options.view.revision(call.modelId, location.revision, call.callOptions),
    location,
  }));
}

async function revisionNames(call: Call): Promise<ReadonlySet<string>> {
  try {
    const { branches, tags } = await call.options.view.refs(call.modelId, call.callOptions);
    return new Set([...branches, ...tags].map(({ name }) => name));
  } catch (error) {
    // The first failure is the one to tell of.
    if (isModelkeepError(error)) return new Set();
    throw error;
  }
}
