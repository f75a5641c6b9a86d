import type { CacheEvent } from '@modelkeep/core';
import { ModelkeepError } from '@modelkeep/core/spi';
import { memoryModel } from '@modelkeep/testkit/memory';
import { expect, it } from 'vitest';
import { testCache } from './test-cache.ts';

const model = memoryModel('org/name', { 'config.json': '{}' });

it.each(['its source could not be asked: away', 'this cache is offline'])(
  'a pull says once that it gives what is cached, as %s',
  async (why) => {
    await using test = await testCache({ models: [model] });
    await test.cache.pullModel('org/name');
    const away = new ModelkeepError('source-unavailable', 'away');
    test.source.setFaults({ resolve: () => away });
    const cache = why.includes('offline') ? await test.another({ offline: true }) : test.cache;
    const events: CacheEvent[] = [];
    const onEvent = (event: CacheEvent): void => void events.push(event);
    expect(await cache.pullModel('org/name', { onEvent })).toMatchObject({ stale: true });
    const message = `using what is cached of org/name, as ${why}`;
    expect(events).toEqual([{ type: 'warning', message }]);
  },
);
