import { expect, it } from 'vitest';
import { settingName, settingText } from './setting-text.ts';

it.each([
  ['stopGraceMs', 30_000, 'Stop grace', '30 s'],
  ['quotaBytes', 2_000_000_000, 'Quota', '2.00 GB'],
  ['allowedHosts', [], 'Allowed hosts', 'none'],
  ['corsOrigins', ['https://a', 'https://b'], 'Cors origins', 'https://a, https://b'],
  ['connections', [{ name: 'hub', models: [] }, { name: 'mirror' }], 'Connections', 'hub, mirror'],
  ['offline', false, 'Offline', 'no'],
  ['publicUrl', null, 'Public url', 'not set'],
  ['port', 8080, 'Port', '8080'],
])('tells %s %j', (name, value, shownName, text) => {
  expect(settingName(name)).toBe(shownName);
  expect(settingText(name, value)).toBe(text);
});
