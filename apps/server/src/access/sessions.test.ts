import { memoryMetadata } from '@modelkeep/testkit/memory';
import { expect, it } from 'vitest';
import { createSessions } from './sessions.ts';
import { createSignInLinks } from './sign-in-links.ts';
import { hashToken } from './token.ts';
import { createUsers } from './users.ts';

const HOUR = 3_600_000;
const START = 1_800_000_000_000;

async function bench() {
  const records = memoryMetadata();
  await records.open();
  const clock = { now: START };
  const users = createUsers(records);
  await users.add({ name: 'ada', role: 'admin', by: 'test' });
  const { token } = await users.issueToken({ user: 'ada' });
  const sessions = createSessions(records, users, () => clock.now);
  const begin = (tokenHash: string | null = hashToken(token)) =>
    sessions.begin({ user: 'ada', tokenHash, address: '127.0.0.1', agent: 'x'.repeat(500) });
  return {
    records,
    clock,
    users,
    sessions,
    begin,
    links: createSignInLinks(records, () => clock.now),
  };
}

it('keeps no secret', async () => {
  const { records, begin } = await bench();
  const { secret, session } = await begin();
  const kept = JSON.stringify(await Array.fromAsync(records.listRecords('sessions')));
  expect(kept).not.toContain(secret);
  expect(session.agent).toHaveLength(200);
});

it('lasts while it is used, and not for ever', async () => {
  const { clock, sessions, begin } = await bench();
  const { secret } = await begin();
  for (let day = 0; day < 29; day++) {
    clock.now += 23 * HOUR;
    expect(await sessions.identify(secret)).toMatchObject({ user: { name: 'ada', role: 'admin' } });
  }
  clock.now = START + 30 * 24 * HOUR;
  expect(await sessions.identify(secret)).toBeUndefined();
  const idle = await begin();
  clock.now += 24 * HOUR;
  expect(await sessions.identify(idle.secret)).toBeUndefined();
  expect(await sessions.list()).toEqual([]);
});

it('is not brought back by a use that is noted after its end', async () => {
  const { records, clock, sessions, begin } = await bench();
  const { secret, session } = await begin();
  clock.now += HOUR;
  const using = sessions.identify(secret);
  await sessions.end(session.id);
  await using;
  expect(await sessions.identify(secret)).toBeUndefined();
  expect(await Array.fromAsync(records.listRecords('sessions'))).toEqual([]);
});

it('has the role that its user has now', async () => {
  const { users, sessions, begin } = await bench();
  const { secret } = await begin();
  await users.setRole('ada', 'user');
  expect(await sessions.identify(secret)).toMatchObject({ user: { role: 'user' } });
});

it('needs a token for everybody but who is on the machine', async () => {
  const { sessions, begin } = await bench();
  expect(await sessions.identify((await begin(null)).secret)).toBeUndefined();
  expect(await sessions.identify('x')).toBeUndefined();
});

it('lets a user have so many, the oldest go first', async () => {
  const { clock, sessions, begin } = await bench();
  const first = await begin();
  for (let count = 0; count < 50; count++) {
    clock.now++;
    await begin();
  }
  expect(await sessions.list('ada')).toHaveLength(50);
  expect(await sessions.identify(first.secret)).toBeUndefined();
});

it('takes a link once, also from many at once, and only in time', async () => {
  const { clock, links, records } = await bench();
  const code = await links.issue();
  expect(JSON.stringify(await Array.fromAsync(records.listRecords('sign-in-links')))).not.toContain(
    code,
  );
  expect(await links.redeem('other')).toBe(false);
  const results = await Promise.all(Array.from({ length: 8 }, () => links.redeem(code)));
  expect(results.filter(Boolean)).toHaveLength(1);
  const late = await links.issue();
  clock.now += 16 * 60_000;
  expect(await links.redeem(late)).toBe(false);
  await links.issue();
  expect(await Array.fromAsync(records.listRecords('sign-in-links'))).toHaveLength(1);
});
