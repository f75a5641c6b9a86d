import { execFile } from 'node:child_process';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { programsOf, pythonEnvironment, requires } from '@modelkeep/test-requirements';
import { seededBytes } from '@modelkeep/testkit/memory';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { ON_OTHER_BACKENDS } from '../support/chosen-store.ts';
import { ROWS, SIZE } from './faults.ts';
import { sha256, sha256OfFile } from './fixture.ts';
import { type Stage, setStage } from './stage.ts';

requires('python-env', 'hub-versions', 'curl');

const run = promisify(execFile);
const FILE = 'model.safetensors';

/** What a person has after a download of each model: the digest of the file, or the text of the error. */
type Outcomes = Readonly<Record<string, string>>;
type Download = (stage: Stage, models: readonly string[]) => Promise<Outcomes>;

const python =
  (programs: string): Download =>
  async (stage, models) => {
    const script = join(import.meta.dirname, 'hub_outcomes.py');
    const options = { env: await stage.client(), maxBuffer: 1e8 };
    const { stdout } = await run(join(programs, 'python'), [script, FILE, ...models], options);
    return JSON.parse(stdout.trim().split('\n').at(-1) ?? '') as Outcomes;
  };

const ALL_CLIENTS: Readonly<Record<string, Download>> = {
  'huggingface_hub 2.4': python(join(pythonEnvironment().python, '..')),
  'huggingface_hub 0.36': python(programsOf('huggingface-hub-0.36')),
  curl: async (stage, models) => {
    const env = await stage.client();
    const download = async (model: string, index: number): Promise<string> => {
      const out = join(env['HOME'] ?? '', String(index));
      const url = `${stage.url}/${model}/resolve/main/${FILE}`;
      try {
        // As people call it: whatever it writes counts if it ends well.
        await run('curl', ['-sS', '--fail-with-body', '-D', `${out}.head`, '-o', out, url], {
          env,
        });
        return await sha256OfFile(out);
      } catch (error) {
        const { stderr } = error as { stderr?: string };
        const { stdout } = await run('cat', [`${out}.head`], { env });
        return `${stderr} ${stdout}`;
      }
    };
    const outcomes: Record<string, string> = {};
    const left = [...models.entries()];
    const downloadNext = async (): Promise<void> => {
      for (let next = left.shift(); next !== undefined; next = left.shift()) {
        const [index, model] = next;
        outcomes[model] = await download(model, index);
      }
    };
    await Promise.all(Array.from({ length: 6 }, downloadNext));
    return outcomes;
  },
};

/** On other backends one says what the others would. */
const CLIENTS = Object.fromEntries(
  Object.entries(ALL_CLIENTS).filter(([name]) => !ON_OTHER_BACKENDS || name === 'curl'),
);

/** A model of its own for each fault and client, so that all can happen at once. */
function modelOf(client: string, index: number): string {
  return `${client.replaceAll(/[^a-z0-9]/g, '-')}/fault-${index}`;
}

const MODELS = Object.fromEntries(
  Object.keys(CLIENTS).map((client) => [client, ROWS.map((_, index) => modelOf(client, index))]),
);
/** The server's reason, or the client's own word for an answer that broke off. */
const CLEAR = new RegExp(
  [
    'X-Error-Message: \\S',
    '50[23] (Server Error|Bad Gateway|Service Unavailable)',
    'cannot find the requested files in the local cache.*(50\\d|429)',
    'transfer closed|Connection broken|peer closed connection|Consistency check failed',
  ].join('|'),
  's',
);

let stage: Stage;
let during: Outcomes;
let afterwards: Outcomes;

async function downloadAll(): Promise<Outcomes> {
  const outcomes = Object.entries(CLIENTS).map(([client, download]) =>
    download(stage, MODELS[client] ?? []),
  );
  return Object.assign({}, ...(await Promise.all(outcomes))) as Outcomes;
}

beforeAll(async () => {
  stage = await setStage();
  for (const id of Object.values(MODELS).flat()) {
    // Each content is another one: what is the same is fetched once, for all models.
    await stage.hub.addModel({ id, files: { [FILE]: seededBytes(id, SIZE) } });
  }
  for (const models of Object.values(MODELS)) {
    for (const [index, { fault }] of ROWS.entries()) {
      stage.hub.faults.add(fault(models[index] ?? ''));
    }
  }
  during = await downloadAll();
  stage.hub.faults.clear();
  afterwards = await downloadAll();
});
afterAll(() => stage[Symbol.asyncDispose]());

describe.each(Object.keys(CLIENTS))('%s behind the server', (client) => {
  it.each(ROWS.map(({ name, outcome }, index) => [name, outcome, index] as const))(
    '%s: %s',
    (_, outcome, index) => {
      const model = MODELS[client]?.[index] ?? '';
      const right = sha256(seededBytes(model, SIZE));
      const seen = during[model] ?? '';
      // Never a complete file with other bytes.
      if (/^[0-9a-f]{64}$/.test(seen)) expect(seen).toBe(right);
      else expect(seen).toMatch(CLEAR);
      if (outcome !== 'either') expect(seen === right ? 'right' : 'error', seen).toBe(outcome);
      expect(afterwards[model]).toBe(right);
    },
  );
});

it('curl is told after eight seconds that nobody answers, and served when somebody does', async () => {
  const id = 'org/silent';
  await stage.hub.addModel({ id, files: { [FILE]: 'weights' } });
  const fault = stage.hub.faults.add({ kind: 'silence', match: { route: 'info' } });
  const url = `${stage.url}/${id}/resolve/main/${FILE}`;
  const options = { env: await stage.client() };
  const refused = await run('curl', ['-sS', '-m', '60', '-D', '-', url], options);
  expect(refused.stdout).toMatch(/^HTTP\/1.1 503 /);
  expect(refused.stdout).toMatch(/^Retry-After: \d+\r$/m);
  expect(refused.stdout).toContain(`${stage.hub.url} has not answered for 8 seconds`);
  fault.remove();
  expect((await run('curl', ['-sSf', url], options)).stdout).toBe('weights');
});
