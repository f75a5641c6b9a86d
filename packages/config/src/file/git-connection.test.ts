import { expect, it } from 'vitest';
import type { ConnectionEntry } from './config-file.ts';
import { resolveConnections } from './connections.ts';

/** What is reported of a connection of type git, and the address that it gets. */
function resolved(fields: Partial<ConnectionEntry>): { problems: string; endpoint?: string } {
  const problems: string[] = [];
  const entry = { name: 'g', type: 'git', models: ['**'], populateOnUse: true, ...fields };
  const [connection] = resolveConnections([entry], { folder: '/', env: {} }, (path, problem) => {
    problems.push(`${path.at(-1)}: ${problem}`);
  });
  const { endpoint } = connection ?? {};
  return { problems: problems.join(), ...(endpoint === undefined ? {} : { endpoint }) };
}

it.each(['https://git.test/models', 'ssh://git@git.test:22/models', 'file:///srv/git'])(
  'takes the address %s',
  (endpoint) => {
    expect(resolved({ endpoint })).toEqual({ problems: '', endpoint });
  },
);

it.each([
  [{}, 'endpoint: is missing'],
  [{ endpoint: 'git@git.test:models' }, 'must be an https://, ssh:// or file:// address'],
  [{ endpoint: 'ext::sh -c x' }, 'must be an https://, ssh:// or file:// address'],
  [{ endpoint: 'https://ada:secret@git.test' }, 'must not hold a user name or a password'],
  [{ endpoint: 'ssh://git:secret@git.test' }, 'must not hold a user name or a password'],
  [{ endpoint: 'file:///srv/git?a' }, 'must end before'],
  [
    { endpoint: 'file:///srv', options: { a: 1 } },
    'options: is for a package; type git takes none',
  ],
])('refuses %j', (fields, problem) => {
  const { problems } = resolved(fields);
  expect(problems).toContain(problem);
  expect(problems).not.toContain('secret');
});
