import { expect, it } from 'vitest';
import { type AuditFilter, fits, toCsvLine } from './audit-view.ts';

const event = {
  number: 7,
  time: Date.UTC(2026, 0, 2),
  action: 'model.delete',
  subject: 'hf@org/Name',
  user: 'ada',
  address: '127.0.0.1',
  outcome: 'ok',
  hash: 'h',
};

it.each<readonly [AuditFilter, boolean]>([
  [{}, true],
  [{ user: 'ada', action: 'model.delete', subject: 'NAME', outcome: 'ok' }, true],
  [{ from: event.time, to: event.time }, true],
  [{ user: 'uma' }, false],
  [{ outcome: 'refused' }, false],
  [{ subject: 'other' }, false],
  [{ from: event.time + 1 }, false],
  [{ to: event.time - 1 }, false],
])('narrows the log by %j', (filter, expected) => {
  expect(fits(event, filter)).toBe(expected);
  expect(fits({ ...event, outcome: 'conflict' }, { outcome: 'refused' })).toBe(true);
});

it('writes a table in which nothing is taken for a formula, nor breaks a line', () => {
  expect(toCsvLine(event)).toBe(
    '7,2026-01-02T00:00:00.000Z,ada,model.delete,hf@org/Name,127.0.0.1,ok,h\r\n',
  );
  expect(toCsvLine({ ...event, subject: '=HYPERLINK("x"),\nb' })).toContain(
    `,"'=HYPERLINK(""x""),\nb",`,
  );
});
