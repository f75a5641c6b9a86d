import { expect, it } from 'vitest';
import { countResults, type VitestReport } from './count-results.ts';

const clean: VitestReport = {
  numPassedTests: 2,
  numFailedTests: 0,
  numPendingTests: 1,
  numTodoTests: 1,
  testResults: [{ status: 'passed', assertionResults: [{ status: 'passed' }] }],
};

it('takes the numbers of the report', () => {
  expect(countResults(clean, 0)).toEqual({ passed: 2, failed: 0, skipped: 2 });
});

it('counts a failure that no test shows', () => {
  expect(countResults(clean, 1).failed).toBe(1);
  expect(countResults(undefined, null).failed).toBe(1);
});

it('counts a file that broke before its first test', () => {
  const report = { ...clean, testResults: [{ status: 'failed', assertionResults: [] }] };
  expect(countResults(report, 1).failed).toBe(1);
});
