import { memoryModel } from '@modelkeep/testkit/memory';
import { expect, it } from 'vitest';
import { testCache } from './test-cache.ts';

const ID = 'org/name';
const [one, two, three] = ['1', '2', '3'].map((digit) => ({
  commit: digit.repeat(40),
  id: `a${digit.repeat(39)}`,
})) as [Point, Point, Point];

interface Point {
  readonly commit: string;
  readonly id: string;
}

it('settles what a commit goes on from when a client is told of it first, for ever', async () => {
  await using test = await testCache({ models: [memoryModel(ID, { 'a.json': '{}' })] });
  const { gitHistory } = test.cache.hub;
  expect(await gitHistory.parent(ID, one.commit)).toBeUndefined();
  expect(await gitHistory.tell(ID, one.commit, 'main')).toBeNull();
  await gitHistory.moveBranch(ID, 'main', one);
  // Told again it goes on from nothing still, and never from itself.
  expect(await gitHistory.tell(ID, one.commit, 'main')).toBeNull();
  expect(await gitHistory.tell(ID, two.commit, 'main')).toEqual(one);
  await gitHistory.moveBranch(ID, 'main', two);
  expect(await gitHistory.parent('ORG/Name', two.commit)).toEqual(one);
  // What no branch points at, or another one, has a history of its own.
  expect(await gitHistory.tell(ID, three.commit, undefined)).toBeNull();
  expect(await gitHistory.tell(ID, three.commit, 'main')).toBeNull();
  expect(await gitHistory.tell('org/other', two.commit, 'main')).toBeNull();
});

it('does not go back to a commit that the branch has gone on from', async () => {
  await using test = await testCache({ models: [memoryModel(ID, { 'a.json': '{}' })] });
  const { gitHistory } = test.cache.hub;
  for (const point of [one, two]) {
    await gitHistory.tell(ID, point.commit, 'main');
    await gitHistory.moveBranch(ID, 'main', point);
  }
  // A server that was told of the branch earlier still answers with what it knows.
  await gitHistory.moveBranch(ID, 'main', one);
  expect(await gitHistory.tell(ID, three.commit, 'main')).toEqual(two);
});

it('outlives the model, so that what is pulled again goes on', async () => {
  await using test = await testCache({ models: [memoryModel(ID, { 'a.json': '{}' })] });
  const { cache } = test;
  await cache.pullModel(ID);
  await cache.hub.gitHistory.moveBranch(ID, 'main', one);
  await cache.removeModel(ID);
  await cache.collectGarbage();
  expect(await cache.hub.gitHistory.tell(ID, two.commit, 'main')).toEqual(one);
});
