import type { ServedFile } from '@modelkeep/core';
import { isModelkeepError } from '@modelkeep/core/spi';
import type { Call } from '../call.ts';
import { keepingHeaders } from '../http/cache-headers.ts';
import { entryNotFound } from '../http/refusal.ts';
import type { Location } from '../routing/locate.ts';
import { atLocation } from './bind.ts';

/** The file that the request names, and the revision that it was named by. */
export function locatedFile(
  call: Call,
): Promise<{ readonly served: ServedFile; readonly location: Location }> {
  return atLocation(call, async (location) => ({
    served: await findFile(call, location),
    location,
  }));
}

async function findFile(call: Call, location: Location): Promise<ServedFile> {
  const { view } = call.options;
  const { revision, path, literalPath } = location;
  try {
    return await view.file(call.modelId, revision, path, call.callOptions);
  } catch (error) {
    if (!isModelkeepError(error, 'file-not-found')) throw error;
    if (literalPath === undefined)
      throw absent(error.details['commit'], error.message, revision) ?? error;
    return view.file(call.modelId, revision, literalPath, call.callOptions);
  }
}

/** Worth keeping for as long as a file would be: a commit that lacks it lacks it for ever. */
function absent(commit: unknown, message: string, revision: string): Error | undefined {
  if (typeof commit !== 'string') return undefined;
  return entryNotFound(commit, message, keepingHeaders(revision));
}
