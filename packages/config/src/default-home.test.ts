import { expect, it } from 'vitest';
import { defaultHome } from './default-home.ts';

it.each<[NodeJS.Platform, Record<string, string>, string]>([
  ['linux', {}, '/u/.local/share/modelkeep'],
  ['linux', { HOME: '/h' }, '/h/.local/share/modelkeep'],
  ['linux', { XDG_DATA_HOME: '/data' }, '/data/modelkeep'],
  ['linux', { XDG_DATA_HOME: 'relative' }, '/u/.local/share/modelkeep'],
  ['darwin', {}, '/u/Library/Application Support/modelkeep'],
  ['win32', { LOCALAPPDATA: 'C:\\l' }, 'C:\\l\\modelkeep'],
])('%s %j is %s', (platform, env, expected) => {
  expect(defaultHome(env, platform, '/u')).toBe(expected);
});
