import { execFile } from 'node:child_process';
import { readFile } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';
import { tempFolder } from '../tools/temp-folder.ts';

/** Titles of one fake's tests, by how they ended. */
export interface FakeResult {
  readonly passed: string[];
  readonly failed: string[];
}

interface JsonReport {
  readonly testResults: readonly {
    readonly message: string;
    readonly assertionResults: readonly {
      readonly ancestorTitles: readonly string[];
      readonly title: string;
      readonly status: string;
    }[];
  }[];
}

const LIMIT_MS = 580_000;

/** Runs the suites on every broken fake, in a vitest of its own; gives the results by the fake's name. */
export async function runCases(): Promise<ReadonlyMap<string, FakeResult>> {
  await using folder = await tempFolder();
  const report = folder.join('report.json');
  const root = fileURLToPath(new URL('../..', import.meta.url));
  const vitest = fileURLToPath(new URL('./vitest.mjs', import.meta.resolve('vitest/package.json')));
  const args = ['run', '--root', root, '--config', 'vitest.broken.config.ts'];
  const said = await new Promise<string>((resolve) => {
    execFile(
      process.execPath,
      [vitest, ...args, '--outputFile', report],
      // The run must not take itself for a worker of this one.
      { env: withoutVitest(process.env), maxBuffer: 64 * 1024 * 1024, timeout: LIMIT_MS },
      (_error, stdout, stderr) => resolve(`${stdout}\n${stderr}`),
    );
  });
  const text = await readFile(report, 'utf8').catch((cause: unknown) => {
    throw new Error(`The run of the broken fakes left no report:\n${said}`, { cause });
  });
  return resultsOf(JSON.parse(text) as JsonReport);
}

function withoutVitest(env: NodeJS.ProcessEnv): NodeJS.ProcessEnv {
  return Object.fromEntries(Object.entries(env).filter(([name]) => !name.startsWith('VITEST')));
}

function resultsOf({ testResults }: JsonReport): Map<string, FakeResult> {
  const results = new Map<string, FakeResult>();
  for (const { assertionResults, message } of testResults) {
    if (assertionResults.length === 0) throw new Error(`No test was collected: ${message}`);
    for (const { ancestorTitles, title, status } of assertionResults) {
      const [fake = '', ...groups] = ancestorTitles;
      const result = results.get(fake) ?? { passed: [], failed: [] };
      results.set(fake, result);
      if (status === 'passed') result.passed.push([...groups, title].join(' > '));
      if (status === 'failed') result.failed.push([...groups, title].join(' > '));
    }
  }
  return results;
}
