import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import { pythonEnvironment } from '@modelkeep/test-requirements';

const run = promisify(execFile);

/** What a client is set to: the endpoint, a cache of its own, and all else as it comes. */
export function settings(
  url: string,
  home: string,
  more: NodeJS.ProcessEnv = {},
): NodeJS.ProcessEnv {
  return { PATH: process.env['PATH'], HF_ENDPOINT: url, HF_HOME: home, NO_PROXY: '*', ...more };
}

/** Runs `hf`, and gives what it prints. */
export async function runHf(env: NodeJS.ProcessEnv, ...args: string[]): Promise<string> {
  const { stdout } = await run(pythonEnvironment().hf, args, { env });
  return stdout.trim();
}

/** Runs lines of Python with `api`, `hub` and `failure` at hand, and reads the JSON that they print last. */
export async function runPython(env: NodeJS.ProcessEnv, ...lines: string[]): Promise<unknown> {
  const script = [
    'import json, huggingface_hub as hub',
    'def failure(f):',
    '    try: f()',
    '    except Exception as error:',
    '        cause = error.__cause__',
    '        return [type(error).__name__, str(error) + " " + (str(cause) if cause else "")]',
    'api = hub.HfApi()',
    ...lines,
  ].join('\n');
  const { stdout } = await run(pythonEnvironment().python, ['-c', script], { env });
  return JSON.parse(stdout.trim().split('\n').at(-1) ?? '');
}
