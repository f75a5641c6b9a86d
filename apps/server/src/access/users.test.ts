import { memoryMetadata } from '@modelkeep/testkit/memory';
import { expect, it } from 'vitest';
import { hashToken } from './token.ts';
import { createUsers, type Users } from './users.ts';

async function bench(): Promise<{ users: Users; stored(): Promise<string> }> {
  const records = memoryMetadata();
  await records.open();
  return {
    users: createUsers(records),
    stored: async () =>
      JSON.stringify([
        ...(await Array.fromAsync(records.listRecords('users'))),
        ...(await Array.fromAsync(records.listRecords('tokens'))),
      ]),
  };
}

it('keeps no token, only its hash', async () => {
  const { users, stored } = await bench();
  expect(await users.any()).toBe(false);
  await users.add({ name: 'ada', role: 'admin', by: 'test' });
  expect(await users.any()).toBe(true);
  const { token } = await users.issueToken({ user: 'ada', label: 'laptop' });
  expect(await stored()).not.toContain(token.slice(3));
  expect(await users.lookUp(hashToken(token))).toMatchObject({
    user: { name: 'ada', role: 'admin' },
    token: { label: 'laptop' },
  });
});

it('refuses a second user of one name, and names that cannot be', async () => {
  const { users } = await bench();
  await users.add({ name: 'ada', role: 'user', by: 'test' });
  await expect(users.add({ name: 'ada', role: 'admin', by: 'test' })).rejects.toMatchObject({
    code: 'conflict',
  });
  for (const name of ['', 'a b', '../x', 'local', 'anonymous', 'x'.repeat(65)]) {
    await expect(users.add({ name, role: 'user', by: 'test' })).rejects.toMatchObject({
      code: 'invalid-argument',
    });
  }
});

it('removes a user with all tokens, and no others', async () => {
  const { users } = await bench();
  for (const name of ['ada', 'bob']) await users.add({ name, role: 'user', by: 'test' });
  const mine = await users.issueToken({ user: 'ada' });
  const other = await users.issueToken({ user: 'bob' });
  expect(await users.remove('ada')).toBe(1);
  expect(await users.lookUp(hashToken(mine.token))).toBeUndefined();
  expect(await users.lookUp(hashToken(other.token))).toBeDefined();
  await expect(users.remove('ada')).rejects.toMatchObject({ code: 'object-not-found' });
  await expect(users.issueToken({ user: 'ada' })).rejects.toMatchObject({
    code: 'object-not-found',
  });
});
