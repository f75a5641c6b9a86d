import { execFile, spawn } from 'node:child_process';
import { once } from 'node:events';
import { chmod, copyFile, mkdir, mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { promisify } from 'node:util';
import { requires } from '@modelkeep/test-requirements';
import { afterAll, beforeAll, describe, expect, it, onTestFinished } from 'vitest';
import { ROOT } from '../support/packed-packages.ts';
import { DEPLOY } from './deploy-folder.ts';

requires('git', 'tar', 'network-namespace', 'iproute2');

const run = promisify(execFile);
const NODE_USER = 1000;

let folder = '';
let dockerfile = '';

/** The Dockerfile's instructions of one kind, the folders of the image placed in that of the test. */
function instructions(kind: string): string[] {
  const found = [...dockerfile.matchAll(new RegExp(`^${kind} (.+)$`, 'gm'))];
  return found.map(([, text = '']) => text.replaceAll(/\/(?:opt|var\/lib)\//g, `${folder}$&`));
}

function words(kind: string): string[] {
  const [text = '[]'] = instructions(kind);
  return JSON.parse(text.replace(/^.*?CMD /, '')) as string[];
}

/** What the image has: its environment, and a Node that any user may run. */
function environment(): Record<string, string> {
  const set = Object.fromEntries(
    (instructions('ENV')[0] ?? '').split(' ').map((pair) => pair.split('=') as [string, string]),
  );
  return { PATH: `${folder}/bin:/usr/bin:/bin:/usr/sbin:/sbin`, HOME: '/nonexistent', ...set };
}

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'modelkeep-image-'));
  await chmod(folder, 0o755);
  for (const name of ['src', 'bin', 'opt', 'var/lib']) {
    await mkdir(join(folder, name), { recursive: true });
  }
  dockerfile = await readFile(join(DEPLOY, 'Dockerfile'), 'utf8');
  await copyFile(process.execPath, join(folder, 'bin/node'));
  const files = 'git ls-files -co --exclude-standard -z | tar -c --null -T - | tar -x -C "$1"';
  await run('sh', ['-c', files, 'sh', join(folder, 'src')], { cwd: ROOT });
});
afterAll(() => rm(folder, { recursive: true, force: true }));

describe('the image', () => {
  it('is made by the steps of the Dockerfile', async () => {
    const steps = instructions('RUN');
    expect(steps).toHaveLength(5);
    for (const step of steps) await run('sh', ['-ec', step], { cwd: join(folder, 'src') });
    const { stdout } = await run(words('ENTRYPOINT')[0] ?? '', [
      ...words('ENTRYPOINT').slice(1),
      '--version',
    ]);
    expect(stdout).toMatch(/^\d+\.\d+\.\d+\n$/);
  });

  it('serves as a user without rights, on a file system that cannot be written to', async () => {
    const home = environment()['MODELKEEP_HOME'] ?? '';
    const entry = words('ENTRYPOINT');
    const add = ['user', 'add', 'ada', '--role', 'admin', '--json'];
    const asUser = [
      ...['setpriv', `--reuid=${NODE_USER}`, `--regid=${NODE_USER}`, '--clear-groups'],
      '--no-new-privs',
    ];
    const confined = `ip link set lo up && mount --bind ${home} ${home} && mount -o remount,bind,ro / && exec "$@"`;
    const inside = ['--net', '--mount', 'sh', '-c', confined, 'sh', ...asUser];
    const env = environment();
    const added = await run('unshare', [...inside, ...entry, ...add], { env });
    const { token } = JSON.parse(added.stdout) as { token: string };
    await expect(run('unshare', [...inside, 'touch', join(folder, 'x')])).rejects.toThrow();
    await expect(run('unshare', [...inside, 'touch', '/etc/x'])).rejects.toThrow('Read-only');

    const child = spawn('unshare', [...inside, ...entry, ...words('CMD'), '--json'], { env });
    const ended = once(child, 'close');
    onTestFinished(async () => {
      child.kill('SIGKILL');
      await ended;
    });
    let log = '';
    child.stderr.on('data', (chunk: Buffer) => {
      log += chunk.toString();
    });
    const started = once(createInterface({ input: child.stdout }), 'line');
    await Promise.race([started, ended.then(() => Promise.reject(new Error(log)))]);
    const at = [`--net=/proc/${child.pid}/ns/net`];
    const check = words('HEALTHCHECK');
    await run('nsenter', [...at, ...check], { env });
    const ask = `fetch('http://127.0.0.1:8080/-/api/v1/models', { headers: { authorization: 'Bearer ${token}' } }).then(async (answer) => console.log(answer.status, await answer.text()))`;
    const { stdout } = await run('nsenter', [...at, 'node', '-e', ask], { env });
    expect(stdout).toMatch(/^200 \{"models":\[\]/);
    child.kill('SIGTERM');
    expect((await ended)[0]).toBe(0);
    await expect(run('nsenter', [...at, ...check], { env })).rejects.toThrow();
  });
});
