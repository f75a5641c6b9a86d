import { createUsers, type Users } from '@modelkeep/server';
import { memoryMetadata } from '@modelkeep/testkit/memory';
import { expect, it } from 'vitest';
import { type Outcome, runCommand } from '../../test/run-command.ts';

async function bench(): Promise<{ users: Users; run(...args: string[]): Promise<Outcome> }> {
  const records = memoryMetadata();
  await records.open();
  const users = createUsers(records);
  return { users, run: (...args) => runCommand(['user', ...args], { users }) };
}

it('adds a user, and prints the token once, alone on stdout', async () => {
  const { users, run } = await bench();
  const added = await run('add', 'ada', '--role', 'admin');
  expect(added).toMatchObject({ status: 0 });
  expect(added.stdout).toMatch(/^hf_[0-9A-Za-z]{49}\n$/);
  expect(await users.find('ada')).toMatchObject({ role: 'admin' });
  expect(await run('add', 'ada')).toMatchObject({ status: 1 });
  const listed = await run('list');
  expect(listed.stdout).toMatch(/ada +admin/);
  expect(listed.stdout).not.toContain(added.stdout.trim());
});

it('gives another token, with an end', async () => {
  const { run } = await bench();
  await run('add', 'ada');
  const { stdout } = await run('token', 'ada', '--label', 'laptop', '--expires', '7', '--json');
  const { label, expiresAt } = JSON.parse(stdout) as { label: string; expiresAt: number };
  expect(label).toBe('laptop');
  expect(expiresAt).toBeGreaterThan(Date.now() + 6.9 * 86_400_000);
  expect(await run('token', 'ada', '--expires', 'soon')).toMatchObject({ status: 2 });
  expect(await run('token', 'bob')).toMatchObject({ status: 1 });
});

it('revokes one token, or the user', async () => {
  const { users, run } = await bench();
  await run('add', 'ada');
  const [token] = await Array.fromAsync(users.listTokens('ada'));
  expect(await run('revoke', 'ada', '--token', 'none')).toMatchObject({ status: 2 });
  expect((await run('revoke', 'ada', '--token', token?.id ?? '')).stdout).toContain('revoked');
  expect((await run('revoke', 'ada', '--json')).stdout).toBe('{"name":"ada","tokens":0}\n');
  expect((await run('list')).stderr).toContain('there are no users');
});
