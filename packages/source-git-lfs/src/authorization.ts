import type { GitContext } from './git-context.ts';

/** The header that says who we are, where a token was given and anybody is not enough. */
export function authorization(
  { settings, identities }: GitContext,
  modelId: string,
): Readonly<Record<string, string>> {
  const token = settings.token();
  if (token === undefined || identities.get(modelId) === 'anonymous') return {};
  return { authorization: basic(settings.username, token) };
}

export function basic(username: string, password: string): string {
  return `Basic ${Buffer.from(`${username}:${password}`).toString('base64')}`;
}
