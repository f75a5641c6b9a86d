import { PerformanceObserver } from 'node:perf_hooks';
import { getHeapSpaceStatistics, setFlagsFromString } from 'node:v8';

const ENOUGH_BYTES = 16 * 1024 * 1024;

/**
 * Keeps V8's space for young objects at about 16 MiB: by itself it grows to 64 MiB in any process that runs for long, and what
 * the requests of a server leave behind is dead long before either is full. Only a flag of the start would bound it, which a
 * program cannot give itself, but how it grows is looked up each time.
 */
export function limitYoungSpace(): Disposable {
  let isHeld = false;
  const observer = new PerformanceObserver(() => {
    const isEnough = 2 * youngBytes() > ENOUGH_BYTES;
    // V8 makes it smaller as well, to any size: then it may grow again.
    if (isEnough !== isHeld) setFlagsFromString(growth(isEnough ? 1 : 2));
    isHeld = isEnough;
  });
  observer.observe({ entryTypes: ['gc'] });
  return {
    [Symbol.dispose]() {
      observer.disconnect();
      setFlagsFromString(growth(2));
    },
  };
}

function growth(factor: 1 | 2): string {
  return `--semi-space-growth-factor=${factor}`;
}

function youngBytes(): number {
  const space = getHeapSpaceStatistics().find(({ space_name }) => space_name === 'new_space');
  return space?.space_size ?? 0;
}
