import { expect, it } from 'vitest';
import { createSpeed } from './speed.ts';

it('tells the speed of the last seconds', () => {
  let time = 0;
  const speed = createSpeed(() => time);
  speed.add(0);
  expect(speed.value()).toBeNull();
  for (let second = 1; second <= 20; second++) {
    time = second * 1000;
    // Ten times as fast in the end.
    speed.add(second <= 10 ? second * 100 : 1000 + (second - 10) * 1000);
  }
  expect(speed.value()).toBe(1000);
});

it('begins anew when an upload goes back', () => {
  let time = 0;
  const speed = createSpeed(() => time);
  speed.add(5000);
  time = 1000;
  speed.add(100);
  expect(speed.value()).toBeNull();
});
