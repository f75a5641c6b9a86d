import { ModelkeepError } from '@modelkeep/core/spi';
import { memoryMetadata } from '@modelkeep/testkit/memory';
import { describe, expect, it } from 'vitest';
import { type Authenticator, createAuthenticator } from './authenticator.ts';
import { createToken } from './token.ts';
import { createUsers, type Users } from './users.ts';

const ADDRESS = '192.0.2.1';

interface Bench {
  readonly users: Users;
  readonly authenticator: Authenticator;
  readonly clock: { now: number };
  as(token?: string, address?: string): Promise<unknown>;
}

async function bench(options: { insecure?: boolean } = {}): Promise<Bench> {
  const records = memoryMetadata();
  await records.open();
  const users = createUsers(records);
  const clock = { now: Date.now() };
  const authenticator = createAuthenticator(users, { ...options, now: () => clock.now });
  return {
    users,
    authenticator,
    clock,
    as: async (token, address = ADDRESS) =>
      authenticator.identify({
        authorization: token === undefined ? undefined : `Bearer ${token}`,
        address,
        isLocal: address === '127.0.0.1',
      }),
  };
}

describe('without users', () => {
  it('takes whoever is on this machine for the admin, and nobody else', async () => {
    const { as } = await bench();
    expect(await as(undefined, '127.0.0.1')).toMatchObject({ user: { role: 'admin' } });
    expect(await as('hf_of_another_place', '127.0.0.1')).toMatchObject({ user: { role: 'admin' } });
    expect(await as()).toEqual({ kind: 'anonymous' });
  });

  it('lets anybody in as a user where that was asked for', async () => {
    const { as } = await bench({ insecure: true });
    expect(await as()).toMatchObject({ user: { name: 'anonymous', role: 'user' } });
  });
});

describe('with users', () => {
  it('asks for a token, on this machine too', async () => {
    const { users, as, clock } = await bench();
    expect(await as(undefined, '127.0.0.1')).toMatchObject({ kind: 'user' });
    await users.add({ name: 'ada', role: 'admin', by: 'test' });
    const { token } = await users.issueToken({ user: 'ada' });
    clock.now += 1000;
    expect(await as(undefined, '127.0.0.1')).toEqual({ kind: 'anonymous' });
    expect(await as(token)).toMatchObject({ user: { name: 'ada', role: 'admin' } });
    expect(await as(createToken())).toEqual({ kind: 'refused', reason: 'unknown' });
    expect(await as('hf_abc')).toEqual({ kind: 'refused', reason: 'malformed' });
  });

  it('refuses within a second what was revoked, has expired, or lost its role', async () => {
    const { users, as, clock } = await bench();
    await users.add({ name: 'ada', role: 'admin', by: 'test' });
    const first = await users.issueToken({ user: 'ada' });
    const second = await users.issueToken({ user: 'ada', expiresAt: clock.now + 500 });
    expect(await as(first.token)).toMatchObject({ kind: 'user' });
    expect(await as(second.token)).toMatchObject({ kind: 'user' });
    clock.now += 600;
    expect(await as(second.token)).toEqual({ kind: 'refused', reason: 'expired' });
    await users.setRole('ada', 'user');
    clock.now += 1000;
    expect(await as(first.token)).toMatchObject({ user: { role: 'user' } });
    await users.revokeToken(first.id);
    clock.now += 1000;
    expect(await as(first.token)).toEqual({ kind: 'refused', reason: 'unknown' });
  });

  it('makes an address wait that fails too often, but not those who were let in', async () => {
    const { users, as, clock } = await bench();
    await users.add({ name: 'ada', role: 'user', by: 'test' });
    const { token } = await users.issueToken({ user: 'ada' });
    expect(await as(token)).toMatchObject({ kind: 'user' });
    for (let count = 0; count < 10; count++) {
      expect(await as(createToken())).toMatchObject({ kind: 'refused' });
    }
    expect(await as(createToken())).toMatchObject({ kind: 'throttled' });
    expect(await as(createToken(), '192.0.2.2')).toMatchObject({ kind: 'refused' });
    clock.now += 2000;
    const many = await Promise.all([as(token), as(token), as(token)]);
    expect(many).toMatchObject([{ kind: 'user' }, { kind: 'user' }, { kind: 'user' }]);
    clock.now += 60_000;
    expect(await as(createToken())).toMatchObject({ kind: 'refused' });
  });
});

it('lets in who was let in before while the metadata store is away, for an hour', async () => {
  const records = memoryMetadata();
  await records.open();
  const users = createUsers(records);
  await users.add({ name: 'ada', role: 'admin', by: 'test' });
  const { token } = await users.issueToken({ user: 'ada' });
  const { token: other } = await users.issueToken({ user: 'ada' });
  const clock = { now: Date.now() };
  let isAway = false;
  const away = new ModelkeepError('storage-failed', 'gone', { retryable: true });
  const reachable = <T>(ask: () => Promise<T>): Promise<T> =>
    isAway ? Promise.reject(away) : ask();
  const authenticator = createAuthenticator(
    {
      any: () => reachable(() => users.any()),
      lookUp: (hash) => reachable(() => users.lookUp(hash)),
      noteUse: users.noteUse,
    },
    { now: () => clock.now },
  );
  const as = async (given: string): Promise<unknown> =>
    authenticator.identify({
      authorization: `Bearer ${given}`,
      address: ADDRESS,
      isLocal: false,
    });
  expect(await as(token)).toMatchObject({ user: { name: 'ada' } });
  isAway = true;
  clock.now += 59 * 60_000;
  expect(await as(token)).toMatchObject({ user: { name: 'ada' } });
  await expect(as(other)).rejects.toBe(away);
  clock.now += 2 * 60_000;
  await expect(as(token)).rejects.toBe(away);
});
