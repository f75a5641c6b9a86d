import type { GitContext } from './git-context.ts';
import { type Identity, remoteEnvironment } from './git-environment.ts';
import { isRefusal } from './git-error.ts';

/** Reaches the remote as anybody, and only if that is refused as who we are: what anybody may read is public. */
export async function asWhoMayRead<T>(
  { identities, settings, address }: GitContext,
  modelId: string,
  ask: (env: Record<string, string>) => Promise<T>,
): Promise<T> {
  const as = async (identity: Identity): Promise<T> => {
    const answer = await ask(remoteEnvironment(settings, identity));
    identities.set(modelId, identity);
    return answer;
  };
  const first = identities.get(modelId) ?? (address.scheme === 'ssh' ? 'known' : 'anonymous');
  try {
    return await as(first);
  } catch (error) {
    identities.delete(modelId);
    if (first === 'known' || !isRefusal(error)) throw error;
    return as('known');
  }
}
