import { expect, it } from 'vitest';
import { SpeedMeter } from './speed-meter.ts';

it('tells the speed of the last seconds, and when it ends', () => {
  let now = 0;
  const meter = new SpeedMeter(() => now);
  meter.note(5000);
  expect(meter.bytesPerSecond).toBeUndefined();
  for (let second = 1; second <= 20; second++) {
    now = second * 1000;
    meter.note(5000 + second * 100);
  }
  expect(meter.bytesPerSecond).toBe(100);
  for (let second = 21; second <= 40; second++) {
    now = second * 1000;
    meter.note(7000 + (second - 20) * 1000);
  }
  expect(meter.bytesPerSecond).toBe(1000);
  now += 1_000_000;
  expect(meter.bytesPerSecond).toBeLessThan(10);
});

it('begins anew with what begins anew', () => {
  let now = 0;
  const meter = new SpeedMeter(() => now);
  meter.note(9000);
  now = 1000;
  meter.note(0);
  now = 2000;
  meter.note(500);
  expect(meter.bytesPerSecond).toBe(500);
});
